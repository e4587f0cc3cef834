import {stripVTControlCharacters} from 'node:util';
import {hostPort} from '../ip/index.ts';
import type {LoadLive} from '../model/index.ts';
import {bar, sparkline} from './bars.ts';
import {type Paint, paintOf} from './paint.ts';
import {plainText} from './safe-text.ts';

export interface LiveStyle {
  readonly width: number;
  /** Lines that there is room for. */
  readonly height: number;
  readonly color: boolean;
}

/** A run while it goes on: how far it is, its rate, its latencies, the spread so far, the latest endpoint changes. At most `height` lines. */
export function renderLoadLive(live: LoadLive, style: LiveStyle): readonly string[] {
  const paint = paintOf(style.color);
  const head = [headLine(live, paint), figuresLine(live, paint), rateLine(live, style)];
  const changes = live.changes.map((change) => changeLine(change, paint));
  const agents = agentLines(live, style, paint);
  const room = Math.max(0, style.height - head.length - agents.length - changes.length - 1);
  const shown = live.rows.length > room ? Math.max(0, room - 1) : live.rows.length;
  const rest = live.rows.length - shown;
  const lines = [
    ...head,
    ...rowLines(live.rows.slice(0, shown), style),
    ...(rest > 0 && room > 0 ? [paint.dim(`  and ${rest} more endpoints`)] : []),
    ...agents,
    ...changes,
  ];
  return lines.slice(0, style.height).map((line) => cut(line, style.width));
}

function headLine(live: LoadLive, paint: Paint): string {
  const {via, address, port, from, elapsedMs, durationMs, totalRequests, requests, phase} = live;
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  const goals = [
    ...(durationMs === null ? [] : [`of ${seconds(durationMs)}`]),
    ...(totalRequests === null ? [] : [`${Math.floor((requests / totalRequests) * 100)} %`]),
  ];
  const far = phase === 'warm-up' ? 'warming up' : [seconds(elapsedMs), ...goals].join(' ');
  return `${paint.strong(via)} ${hostPort(address, port)} from ${plainText(from)}   ${far}`;
}

function figuresLine({requests, errors, requestsPerSecond, p50Ms, p99Ms}: LoadLive, paint: Paint): string {
  const failed = `${errors.toLocaleString('en-US')} failed`;
  const count = `${requests.toLocaleString('en-US')} requests, ${errors > 0 ? paint.bad(failed) : failed}`;
  return `  ${Math.round(requestsPerSecond).toLocaleString('en-US')}/s   p50 ${p50Ms.toFixed(1)} ms   p99 ${p99Ms.toFixed(1)} ms   ${count}`;
}

function rateLine({recentRates}: LoadLive, {width}: LiveStyle): string {
  return `  ${sparkline(recentRates.slice(-Math.max(1, width - 4)))}`;
}

/** Agents that are shown one by one: half of the lines that there are. */
function agentLines({agents}: LoadLive, {height}: LiveStyle, paint: Paint): readonly string[] {
  const shown = agents.slice(0, Math.max(1, Math.floor(height / 2) - 3));
  const longest = Math.max(0, ...shown.map(({name}) => plainText(name).length));
  const rest = agents.length - shown.length;
  return [
    ...shown.map(({name, requests, errors, requestsPerSecond, p99Ms}) => {
      const failed = errors > 0 ? paint.bad(`   ${errors.toLocaleString('en-US')} failed`) : '';
      const rate = `${Math.round(requestsPerSecond).toLocaleString('en-US')}/s`.padStart(9);
      return `  ${plainText(name).padEnd(longest)} ${rate}   p99 ${p99Ms.toFixed(1)} ms   ${requests.toLocaleString('en-US')} requests${failed}`;
    }),
    ...(rest > 0 ? [paint.dim(`  and ${rest} more agents`)] : []),
  ];
}

function rowLines(rows: LoadLive['rows'], {width}: LiveStyle): readonly string[] {
  const largest = Math.max(0.001, ...rows.map((row) => Math.max(row.observed, row.predicted)));
  const names = rows.map((row) => plainText(row.pod ?? row.endpoint));
  const longest = Math.min(Math.max(0, ...names.map((name) => name.length)), Math.max(12, width - 34));
  return rows.map((row, index) => {
    const name = (names[index] as string).slice(0, longest).padEnd(longest);
    return `  ${name}  ${percent(row.predicted)}  ${percent(row.observed)}  ${bar(row.observed / largest)}`;
  });
}

function changeLine({time, endpoint, change, reason}: LoadLive['changes'][number], paint: Paint): string {
  const mark = {added: '+', removed: '-', changed: '~'}[change] ?? ' ';
  const text = plainText(`  ${time.slice(11, 23)} ${mark} ${endpoint} ${reason ?? ''}`);
  return change === 'added' ? paint.good(text) : paint.warn(text);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`.padStart(7);
}

/** A line that does not wrap; one that is too long loses its colours with its end. */
function cut(line: string, width: number): string {
  const plain = stripVTControlCharacters(line);
  return plain.length < width ? line : plain.slice(0, width - 1);
}
