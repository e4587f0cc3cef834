import {hostPort} from '../ip/index.ts';
import type {LoadResult, LoadRunResult, ShareRow} from '../model/index.ts';
import {bar} from './bars.ts';
import {drainLines, failureLines, renderComparison} from './load-details.ts';
import {sourceLines} from './load-sources.ts';
import {type Paint, paintOf} from './paint.ts';
import {plainText} from './safe-text.ts';
import {type Cell, table} from './table.ts';
import {wrap} from './wrap.ts';

interface LoadStyle {
  readonly width: number;
  readonly color: boolean;
}

/** Each run: what was sent, how it was answered, how it was spread over the endpoints, what the servers saw. */
export function renderLoad(result: LoadResult, style: LoadStyle): string {
  const paint = paintOf(style.color);
  const runs = result.runs.map((run) => renderRun(run, style, paint)).join('\n\n');
  const missed = result.missedThresholds.map((text) => paint.bad(plainText(`missed: ${text}`)));
  const compared = result.comparison === null ? [] : ['', renderComparison(result.comparison, style, paint)];
  return [runs, ...compared, ...(missed.length > 0 ? ['', ...missed] : [])].join('\n');
}

function renderRun(run: LoadRunResult, style: LoadStyle, paint: Paint): string {
  const failed = run.requests - run.succeeded;
  const entry = run.entryNode !== null && run.from === 'outside' ? ` via ${run.entryNode}` : '';
  const where = plainText(` ${hostPort(run.address, run.port)}${entry} from ${run.from}`);
  const [requests, failures] = [`${number(run.requests)} requests, `, `${number(failed)} failed`];
  const oneLine = run.via.length + where.length + 3 + requests.length + failures.length <= style.width;
  return [
    `${paint.strong(run.via)}${where}${oneLine ? '   ' : '\n  '}${requests}${failed > 0 ? paint.bad(failures) : failures}`,
    latencyLine(run),
    ...errorLines(run, paint),
    ...distributionLines(run, style, paint),
    ...seenLines(run, style),
    ...sourceLines(run, style, paint),
    ...changeLines(run, style),
    ...failureLines(run, style),
    ...drainLines(run, style),
  ].join('\n');
}

function latencyLine(run: LoadRunResult): string {
  const {p50, p90, p99, max} = run.latencyMs;
  return `  ${number(Math.round(run.requestsPerSecond))}/s   p50 ${ms(p50)}   p90 ${ms(p90)}   p99 ${ms(p99)}   max ${ms(max)}`;
}

function errorLines(run: LoadRunResult, paint: Paint): readonly string[] {
  const kinds = Object.entries(run.errors).filter(([, count]) => count > 0);
  if (kinds.length === 0) return [];
  const statuses = Object.entries(run.statusCodes)
    .filter(([code]) => Number(code) >= 400 || (Number(code) > 0 && Number(code) < 100))
    .map(([code, count]) => `${count} × ${Number(code) < 100 ? 'gRPC' : 'HTTP'} ${code}`);
  const detail = run.failures.find((failure) => failure.kind === 'other')?.detail;
  return [
    paint.bad(`  failed: ${[...kinds.map(([kind, count]) => `${number(count)} ${kind}`), ...statuses].join(', ')}`),
    ...(detail === undefined ? [] : [`  ${plainText(`other: ${detail}`)}`]),
  ];
}

function distributionLines(run: LoadRunResult, style: LoadStyle, paint: Paint): readonly string[] {
  const {rows, test, unidentified} = run.distribution;
  if (rows.length === 0)
    return ['  no endpoint to expect: every connection was refused or dropped as predicted, or nothing was identified'];
  const largest = Math.max(...rows.map((row) => Math.max(row.observed, row.predicted)), 0.001);
  const cells: Cell[][] = rows.map((row) => [
    row.endpoint,
    row.pod,
    row.node,
    percent(row.predicted),
    percent(row.observed),
    bar(row.observed / largest),
  ]);
  const columns = [
    {head: 'endpoint'},
    {head: 'pod'},
    {head: 'node', drop: 1},
    {head: 'predicted', align: 'right' as const},
    {head: 'observed', align: 'right' as const},
    {head: '', drop: 2},
  ];
  const verdict = {'as-predicted': paint.good('as predicted'), skewed: paint.bad('not as predicted'), undecided: paint.warn('undecided')}[
    test.verdict
  ];
  const p = test.pValue === null ? '' : test.pValue < 0.001 ? ', p < 0.001' : `, p = ${test.pValue.toFixed(2)}`;
  return [
    ...table(columns, cells, {width: style.width - 2})
      .split('\n')
      .map((line) => `  ${line}`),
    `  ${verdict}${test.method === 'none' ? '' : ` (${plainText(test.method)}${p})`}`,
    ...(test.note === '' ? [] : [wrap(plainText(test.note), style.width, '  ')]),
    ...groupLine('by node', run.distribution.nodes, rows.length, style),
    ...groupLine('by zone', run.distribution.zones, rows.length, style),
    ...(unidentified > 0 ? [`  ${number(unidentified)} answers named no endpoint`] : []),
  ];
}

/** Nodes or zones where that says more than the endpoints do: some have several of them. */
function groupLine(what: string, groups: readonly ShareRow[], endpoints: number, style: LoadStyle): readonly string[] {
  if (groups.length < 2 || groups.length >= endpoints) return [];
  const shares = groups.map((group) => `${group.name ?? 'unknown'} ${percent(group.observed)} (${percent(group.predicted)})`);
  return [wrap(plainText(`${what}: ${shares.join(', ')}`), style.width, '  ')];
}

function seenLines(run: LoadRunResult, style: LoadStyle): readonly string[] {
  if (run.sourcesSeen.length === 0) return [];
  const shown = run.sourcesSeen.slice(0, 4).join(', ');
  const more = run.sourcesSeen.length > 4 ? ` and ${run.sourcesSeen.length - 4} more` : '';
  return [wrap(plainText(`servers saw ${shown}${more}`), style.width, '  ')];
}

function changeLines(run: LoadRunResult, style: LoadStyle): readonly string[] {
  const marks: Readonly<Record<string, string>> = {added: '+', removed: '-', changed: '~'};
  return run.endpointChanges
    .slice(0, 10)
    .map((change) =>
      wrap(
        plainText(`${change.time.slice(11, 23)} ${marks[change.change] ?? ''} ${change.endpoint} ${change.reason ?? ''}`.trimEnd()),
        style.width,
        '  ',
      ),
    );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function ms(value: number): string {
  return `${value >= 100 ? Math.round(value) : value.toFixed(1)} ms`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
