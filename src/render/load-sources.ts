import type {DistributionRow, LoadRunResult, LoadSource} from '../model/index.ts';
import type {Paint} from './paint.ts';
import {plainText} from './safe-text.ts';
import {type Cell, table} from './table.ts';
import {wrap} from './wrap.ts';

/** Agents whose shares are told one by one; the rest are in the JSON. */
const SHOWN = 12;
/** Endpoints whose shares fit in a line or two. */
const ENDPOINTS = 6;

/** Each agent by itself: where it is, how it was answered, and whether its spread is that of its place; then the agents that were lost. */
export function sourceLines(run: LoadRunResult, {width}: {readonly width: number}, paint: Paint): readonly string[] {
  return [...(run.sources.length === 0 ? [] : tableOf(run, width, paint)), ...shareLines(run, width), ...lostLines(run, width, paint)];
}

function tableOf(run: LoadRunResult, width: number, paint: Paint): readonly string[] {
  const columns = [
    {head: 'source'},
    {head: 'zone', drop: 2},
    {head: 'requests', align: 'right' as const},
    {head: 'failed', align: 'right' as const},
    {head: 'p50', align: 'right' as const, drop: 3},
    {head: 'p99', align: 'right' as const},
    {head: 'spread', drop: 1},
  ];
  const rows = run.sources.slice(0, SHOWN).map((source): Cell[] => {
    const failed = source.requests - source.succeeded;
    return [
      source.node ?? source.agent,
      source.zone,
      source.requests.toLocaleString('en-US'),
      failed > 0 ? {painted: paint.bad(failed.toLocaleString('en-US'))} : '0',
      ms(source.latencyMs.p50),
      ms(source.latencyMs.p99),
      {painted: verdictOf(source, paint)},
    ];
  });
  const more = run.sources.length - rows.length;
  return [
    ...table(columns, rows, {width: width - 2})
      .split('\n')
      .map((line) => `  ${line}`),
    ...(more > 0 ? [`  and ${more} more (-o json has all)`] : []),
    `  ${startText(run.sources)}`,
  ];
}

function verdictOf({distribution}: LoadSource, paint: Paint): string {
  const {verdict, pValue} = distribution.test;
  const p = pValue === null || pValue === 1 ? '' : pValue < 0.001 ? ', p < 0.001' : `, p = ${pValue.toFixed(2)}`;
  const painted = {'as-predicted': paint.good, skewed: paint.bad, undecided: paint.warn}[verdict];
  return painted(`${verdict === 'skewed' ? 'not as predicted' : verdict.replace('-', ' ')}${p}`);
}

function startText(sources: readonly LoadSource[]): string {
  const starts = sources.map(({startedAt}) => Date.parse(startedAt));
  return `all started within ${Math.max(...starts) - Math.min(...starts)} ms`;
}

/** What each source met, where places make a difference. */
function shareLines({sources}: LoadRunResult, width: number): readonly string[] {
  const shapes = sources.map(({distribution}) =>
    distribution.rows.map(({endpoint, predicted}) => `${endpoint} ${predicted.toFixed(4)}`).join(),
  );
  if (new Set(shapes).size < 2) return [];
  return sources.slice(0, SHOWN).flatMap(({node, agent, distribution: {rows}}) => {
    const met = rows.filter(({predicted, count}) => predicted > 0 || count > 0);
    if (met.length === 0 || met.length > ENDPOINTS) return [];
    return [wrap(plainText(`${node ?? agent} met ${met.map(shareText).join(', ')}`), width, '  ')];
  });
}

function shareText({pod, endpoint, observed, predicted}: DistributionRow): string {
  return `${pod ?? endpoint} ${(observed * 100).toFixed(1)} % (predicted ${(predicted * 100).toFixed(1)} %)`;
}

function lostLines({lostAgents}: LoadRunResult, width: number, paint: Paint): readonly string[] {
  return lostAgents.map(({agent, node, at, why, requests}) => {
    const kept = requests === 0 ? 'nothing of it is counted' : `its first ${requests.toLocaleString('en-US')} requests are counted`;
    const where = node === null ? '' : ` on ${node}`;
    return paint.bad(wrap(plainText(`agent ${agent}${where} was lost at ${at.slice(11, 19)} (${why}): ${kept}`), width, '  '));
  });
}

function ms(value: number): string {
  return `${value >= 100 ? Math.round(value) : value.toFixed(1)} ms`;
}
