import {hostPort} from '../ip/index.ts';
import type {ProbeResult, ProbeTargetResult, Verdict3} from '../model/index.ts';
import {renderFindings} from './findings.ts';
import {type Paint, paintOf} from './paint.ts';
import {plainText} from './safe-text.ts';
import {table} from './table.ts';
import {wrap} from './wrap.ts';

interface ProbeStyle {
  readonly width: number;
  readonly color: boolean;
}

/** Each target with its verdict, then what each endpoint said, and where API and probe disagree. */
export function renderProbe(result: ProbeResult, style: ProbeStyle): string {
  return result.targets.map((target) => renderTarget(target, style)).join('\n\n');
}

/** 0 healthy, 1 unhealthy, 4 unknown; 124 for a wait that was in vain. */
export function probeExitCode(result: ProbeResult, waited: boolean): number {
  if (result.verdict === 'healthy') return 0;
  if (waited) return 124;
  return result.verdict === 'unhealthy' ? 1 : 4;
}

function renderTarget(target: ProbeTargetResult, style: ProbeStyle): string {
  const paint = paintOf(style.color);
  const way = `${target.via === null ? '' : ` through ${target.via}`}${target.from === null ? '' : ` from ${target.from}`}`;
  const counted = target.via === null ? `${target.ready} of ${target.total} endpoints` : `${target.ready} of ${target.total} attempts`;
  const rows = target.endpoints.map((row) => [
    {painted: row.probe.outcome === 'success' ? paint.good('●') : row.probe.outcome === 'failure' ? paint.bad('○') : paint.warn('?')},
    row.port === null ? row.address : hostPort(row.address, row.port),
    row.pod,
    {painted: target.via === null ? (row.apiReady ? 'API: ready' : 'API: not ready') : ''},
    `${row.probe.kind} ${row.probe.outcome}`,
    `${row.probe.durationMs} ms`,
  ]);
  const columns = [{head: ''}, {head: ''}, {head: ''}, {head: ''}, {head: ''}, {head: '', align: 'right' as const, drop: 1}];
  return [
    `${paint.strong(plainText(target.target))}${plainText(way)}: ${verdictText(target.verdict, paint)} (${counted})`,
    ...(rows.length === 0
      ? []
      : table(columns, rows, {width: style.width - 2, head: false})
          .split('\n')
          .flatMap((line, index) => [`  ${line}`, ...detailLine(target.endpoints[index], style)])),
    ...target.endpoints
      .filter((row) => row.agree === false && target.via === null)
      .map((row) => wrap(plainText(disagreement(row)), style.width, '  ! ')),
    ...(target.findings.length === 0 ? [] : ['', ...renderFindings(target.findings, style)]),
    ...target.unknown.map(({what, why}) => wrap(plainText(`not checked: ${what}: ${why}`), style.width, '  ? ')),
  ].join('\n');
}

/** What the probe said, below the row of an endpoint that it did not find healthy. */
function detailLine(row: ProbeTargetResult['endpoints'][number] | undefined, style: ProbeStyle): readonly string[] {
  if (row === undefined || row.probe.outcome === 'success' || row.probe.detail === '') return [];
  return [wrap(plainText(row.probe.detail), style.width, '      ')];
}

function verdictText(verdict: Verdict3, paint: Paint): string {
  return {healthy: paint.good('healthy'), unhealthy: paint.bad('unhealthy'), unknown: paint.warn('unknown')}[verdict];
}

function disagreement(row: ProbeTargetResult['endpoints'][number]): string {
  const who = row.pod ?? row.address;
  return row.apiReady
    ? `the API still calls ${who} ready, but its probe fails now`
    : `the probe of ${who} succeeds now, but the API does not call it ready (yet)`;
}
