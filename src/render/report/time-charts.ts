import type {LoadRunResult} from '../../model/index.ts';
import {type Axis, bothWidths, bottomLabels, linearAxis, type Plot, plotOf, valueGrid} from './chart.ts';
import {duration, whole} from './figures.ts';
import {element, escapeText} from './markup.ts';

const HEIGHT = 220;

/** Latency percentiles by the second; endpoint changes are marked. */
export function latencyOverTime(run: LoadRunResult): string {
  const max = Math.max(...run.timeline.map((second) => second.p99Ms), 0.001);
  const last = run.timeline.at(-1);
  const label = `Latency over time: the highest p99 of a second is ${duration(max)}, the last one ${duration(last?.p99Ms ?? 0)}`;
  return bothWidths(label, (width) => {
    const plot = plotOf(width, HEIGHT);
    const y = linearAxis(max, plot.bottom, plot.top, duration);
    const x = timeAxis(run, plot);
    const line = (name: string, value: (second: LoadRunResult['timeline'][number]) => number): string =>
      polyline(
        run.timeline.filter((second) => second.requests > second.errors).map((second) => [x.at(second.atMs + 500), y.at(value(second))]),
        `line ${name}`,
      );
    return {
      height: HEIGHT,
      body:
        valueGrid(plot, y) +
        bottomLabels(plot, x) +
        changeMarks(run, plot, x) +
        line('p99', (second) => second.p99Ms) +
        line('p50', (second) => second.p50Ms),
    };
  });
}

/** Requests and failures by the second. */
export function requestsOverTime(run: LoadRunResult): string {
  const max = Math.max(...run.timeline.map((second) => second.requests), 1);
  const failed = run.requests - run.succeeded;
  return bothWidths(`Requests by the second: ${whole(max)} at the most; ${whole(failed)} failed in all`, (width) => {
    const plot = plotOf(width, HEIGHT - 60);
    const y = linearAxis(max, plot.bottom, plot.top, whole, 3);
    const x = timeAxis(run, plot);
    const bars = run.timeline.map((second) => {
      const [from, to] = [x.at(second.atMs), x.at(Math.min(second.atMs + 1_000, Math.max(run.durationMs, second.atMs + 1)))];
      const bar = (count: number, name: string): string =>
        count === 0
          ? ''
          : element('rect', {
              x: from,
              width: Math.max(0.5, to - from - (to - from > 3 ? 1 : 0)),
              y: y.at(count),
              height: plot.bottom - y.at(count),
              class: name,
            });
      return bar(second.requests, 'observed') + bar(second.errors, 'failed');
    });
    return {height: plot.height, body: valueGrid(plot, y) + bottomLabels(plot, x) + bars.join('') + changeMarks(run, plot, x)};
  });
}

/** Each endpoint that changed has a line of its own, with a mark for each change. */
export function changesOverTime(run: LoadRunResult): string {
  const endpoints = [...new Set(run.endpointChanges.map((change) => change.endpoint))];
  const label = `Time line of ${run.endpointChanges.length} endpoint changes at ${endpoints.length} endpoints`;
  return bothWidths(label, (width) => {
    const row = width < 500 ? 40 : 26;
    const left = width < 500 ? 12 : 260;
    const plot = {...plotOf(width, endpoints.length * row + 42, left)};
    const x = timeAxis(run, plot);
    const rows = endpoints.map((endpoint, index) => {
      const y = plot.top + index * row + row / 2 + (width < 500 ? 8 : 0);
      const name = element(
        'text',
        width < 500 ? {x: left, y: y - 12, class: 'label'} : {x: left - 8, y: y + 4, class: 'label', 'text-anchor': 'end'},
        escapeText(nameOf(run, endpoint)),
      );
      const marks = run.endpointChanges.filter((change) => change.endpoint === endpoint).map((change) => changeMark(change, run, x, y));
      return name + element('line', {x1: plot.left, x2: plot.right, y1: y, y2: y, class: 'grid'}) + marks.join('');
    });
    return {height: plot.height, body: rows.join('') + bottomLabels(plot, x)};
  });
}

function nameOf(run: LoadRunResult, endpoint: string): string {
  const pod = run.distribution.rows.find((candidate) => candidate.endpoint === endpoint)?.pod;
  return pod ? `${pod} ${endpoint}` : endpoint;
}

function changeMark(change: LoadRunResult['endpointChanges'][number], run: LoadRunResult, x: Axis, y: number): string {
  const at = x.at(Math.min(run.durationMs, Math.max(0, Date.parse(change.time) - Date.parse(run.startedAt))));
  if (change.change === 'added') return element('path', {d: `M${at - 6} ${y}h12M${at} ${y - 6}v12`, class: 'mark added'});
  if (change.change === 'removed') return element('path', {d: `M${at - 5} ${y - 5}l10 10m0 -10l-10 10`, class: 'mark removed'});
  return element('circle', {cx: at, cy: y, r: 5, class: 'mark changed'});
}

function changeMarks(run: LoadRunResult, plot: Plot, x: Axis): string {
  return run.endpointChanges
    .map((change) => x.at(Math.min(run.durationMs, Math.max(0, Date.parse(change.time) - Date.parse(run.startedAt)))))
    .map((at) => element('line', {x1: at, x2: at, y1: plot.top, y2: plot.bottom, class: 'moment'}))
    .join('');
}

function timeAxis(run: LoadRunResult, plot: Plot): Axis {
  const seconds = Math.max(run.durationMs, 1) / 1_000;
  const axis = linearAxis(seconds, plot.left, plot.right, (value) => `${value} s`, plot.width < 500 ? 3 : 8);
  const end = axis.ticks.at(-1)?.value ?? seconds;
  // the run fills the width: the last round number may lie beyond its end
  const stretch = end / seconds;
  const at = (ms: number): number => plot.left + (axis.at(ms / 1_000) - plot.left) * stretch;
  return {at, ticks: axis.ticks.filter(({value}) => value <= seconds * 1.0001).map(({value, label}) => ({value: value * 1_000, label}))};
}

function polyline(points: readonly (readonly [number, number])[], name: string): string {
  const first = points[0];
  if (first === undefined) return '';
  if (points.length === 1) return element('circle', {cx: first[0], cy: first[1], r: 3, class: `${name} dot`});
  return element('polyline', {points: points.map(([px, py]) => `${px.toFixed(1)},${py.toFixed(1)}`).join(' '), class: name});
}
