import {hostPort} from '../../ip/index.ts';
import type {LoadRunResult} from '../../model/index.ts';
import {distributionChart} from './distribution.ts';
import {bytes, duration, percent, whole} from './figures.ts';
import {latencyHistogram} from './histogram.ts';
import {escapeText, htmlTable} from './markup.ts';
import {sourcesSection} from './sources.ts';
import {changesOverTime, latencyOverTime, requestsOverTime} from './time-charts.ts';

/** Failed requests that are listed one by one. */
const FAILURES_SHOWN = 100;

/** One run: its figures, the spread, the latencies, what happened meanwhile. */
export function runSection(run: LoadRunResult): string {
  const entry = run.entryNode === null ? '' : ` by ${run.entryNode}`;
  return `<section>
<h2>${escapeText(`${run.via} ${hostPort(run.address, run.port)} from ${run.from}${entry}`)}</h2>
${figures(run)}
${spread(run)}
${sourcesSection(run)}
${run.timeline.length === 0 ? '' : overTime(run)}
${run.latencyHistogram.length === 0 ? '' : `<h3>Histogram of latencies</h3>${latencyHistogram(run)}${percentiles(run)}`}
${changes(run)}
${failures(run)}
</section>`;
}

function figures(run: LoadRunResult): string {
  const {p50, p99, max} = run.latencyMs;
  const failed = run.requests - run.succeeded;
  const pairs: readonly (readonly [string, string])[] = [
    ['requests', whole(run.requests)],
    ['failed', failed === 0 ? '0' : `${whole(failed)} (${percent(failed / run.requests)})`],
    ['a second', whole(run.requestsPerSecond)],
    ['p50', duration(p50)],
    ['p99', duration(p99)],
    ['max', duration(max)],
    ['received', bytes(run.bytesReceived)],
    ['connections', whole(run.connectionsOpened)],
    ...(run.missedStarts > 0 ? [['starts missed', whole(run.missedStarts)] as const] : []),
  ];
  return `<dl class="figures">${pairs.map(([name, value]) => `<div><dt>${escapeText(name)}</dt><dd>${escapeText(value)}</dd></div>`).join('')}</dl>`;
}

function spread(run: LoadRunResult): string {
  const {rows, nodes, zones, test, unidentified} = run.distribution;
  if (rows.length === 0) return '<h3>Distribution</h3><p>No endpoint was expected, and none was identified.</p>';
  const verdict = {
    'as-predicted': '<span class="good">As predicted</span>',
    skewed: '<span class="bad">Not as predicted</span>',
    undecided: '<span class="warn">Undecided</span>',
  }[test.verdict];
  const p = test.pValue === null ? '' : `, p ${test.pValue < 0.001 ? '< 0.001' : `= ${test.pValue.toFixed(3)}`}`;
  const sources =
    run.sourcesSeen.length === 0
      ? ''
      : `<p>${escapeText(`Servers saw ${run.sourcesSeen.slice(0, 6).join(', ')}${run.sourcesSeen.length > 6 ? ' and more' : ''}.`)}</p>`;
  const shares = (each: {predicted: number; observed: number; interval: {low: number; high: number}; count: number}): readonly string[] => [
    percent(each.predicted),
    percent(each.observed),
    `${percent(each.interval.low)} to ${percent(each.interval.high)}`,
    whole(each.count),
  ];
  const head = ['predicted', 'observed', '95 % interval', 'requests'];
  const groups = [...nodes.map((node) => ['node', node] as const), ...zones.map((zone) => ['zone', zone] as const)];
  return `<h3>Distribution, predicted and observed</h3>
<p>${verdict} <span class="soft">${escapeText(test.method === 'none' ? test.note : `(${test.method}${p}) ${test.note}`)}</span></p>
<p class="key"><i class="box"></i>observed, with its 95 % interval <i class="predicted"></i>predicted</p>
${distributionChart(run)}
${unidentified > 0 ? `<p>${escapeText(`${whole(unidentified)} answers named no endpoint.`)}</p>` : ''}${sources}
<details><summary>By endpoint</summary>${htmlTable(
    ['endpoint', 'pod', 'node', 'zone', ...head, 'connections'],
    rows.map((row) => [row.endpoint, row.pod ?? '-', row.node ?? '-', row.zone ?? '-', ...shares(row), whole(row.connections)]),
    [4, 5, 6, 7, 8],
  )}</details>
<details><summary>By node and zone</summary>${htmlTable(
    ['', 'name', ...head],
    groups.map(([kind, group]) => [kind, group.name ?? 'unknown', ...shares(group)]),
    [2, 3, 4, 5],
  )}</details>`;
}

function overTime(run: LoadRunResult): string {
  return `<h3>Latency over time</h3>
<p class="key"><i></i>p50 <i class="p99"></i>p99 of each second</p>
${latencyOverTime(run)}
<h3>Requests over time</h3>
<p class="key"><i class="box"></i>requests <i class="bad"></i>failed, by the second</p>
${requestsOverTime(run)}
<details><summary>By the second</summary>${htmlTable(
    ['second', 'requests', 'failed', 'p50', 'p99'],
    run.timeline
      .slice(0, 600)
      .map((second) => [
        whole(second.atMs / 1_000),
        whole(second.requests),
        whole(second.errors),
        duration(second.p50Ms),
        duration(second.p99Ms),
      ]),
    [0, 1, 2, 3, 4],
  )}</details>`;
}

function percentiles({latencyMs, latencyIntervals}: LoadRunResult): string {
  const {p50, p90, p95, p99, p999, max, mean} = latencyMs;
  const between = ({low, high}: {low: number; high: number}): string => `${duration(low)} to ${duration(high)}`;
  return htmlTable(
    ['percentile', 'latency', '95 % interval'],
    [
      ['mean', duration(mean), ''],
      ['50 %', duration(p50), between(latencyIntervals.p50)],
      ['90 %', duration(p90), between(latencyIntervals.p90)],
      ['95 %', duration(p95), ''],
      ['99 %', duration(p99), between(latencyIntervals.p99)],
      ['99.9 %', duration(p999), ''],
      ['max', duration(max), ''],
    ],
    [1, 2],
  );
}

function changes(run: LoadRunResult): string {
  if (run.endpointChanges.length === 0) return '<h3>Endpoint changes</h3><p>None during the run.</p>';
  const drains = run.drains.map((drain) => [
    drain.endpoint,
    drain.pod ?? '-',
    drain.leftAt.slice(11, 23),
    drain.became,
    drain.goneAt?.slice(11, 23) ?? '-',
    whole(drain.failuresBefore),
    whole(drain.failuresAfter),
    drain.lastFailureMs === null ? '-' : duration(drain.lastFailureMs),
    drain.lastAnswerAt?.slice(11, 23) ?? '-',
  ]);
  return `<h3>Endpoint changes</h3>
<p class="key">+ added · × removed · ○ changed</p>
${changesOverTime(run)}
${
  drains.length === 0
    ? ''
    : `<h3>Drained endpoints and failed requests</h3>${htmlTable(
        ['endpoint', 'pod', 'left at', 'became', 'gone at', 'failed before', 'failed after', 'last failure after', 'last answer'],
        drains,
        [5, 6, 7],
      )}`
}
<details><summary>Each change</summary>${htmlTable(
    ['time', 'endpoint', 'change', 'why'],
    run.endpointChanges.map(({time, endpoint, change, reason}) => [time.slice(11, 23), endpoint, change, reason ?? '']),
  )}</details>`;
}

function failures(run: LoadRunResult): string {
  if (run.failures.length === 0) return '';
  const nodeOf = new Map(run.sources.map(({agent, node}) => [agent, node ?? agent]));
  const rows = run.failures
    .slice(0, FAILURES_SHOWN)
    .map(({time, endpoint, suspect, kind, detail, endpointState, agent}) => [
      time.slice(11, 23),
      endpoint ?? (suspect === null ? '-' : `${suspect}, most likely`),
      kind,
      detail,
      endpointState ?? 'unknown',
      ...(agent === null ? [] : [nodeOf.get(agent) ?? agent]),
    ]);
  const head = ['time', 'endpoint', 'kind', 'detail', 'endpoint was', ...(run.failures[0]?.agent ? ['source'] : [])];
  const more = run.requests - run.succeeded - rows.length;
  return `<details open><summary>Failed requests</summary>${htmlTable(head, rows)}${
    more > 0 ? `<p>${escapeText(`and ${whole(more)} more`)}</p>` : ''
  }</details>`;
}
