import type {LoadRunResult} from '../../model/index.ts';
import {bothWidths, linearAxis, plotOf, valueGrid} from './chart.ts';
import {duration, percent} from './figures.ts';
import {element, text} from './markup.ts';

const HEIGHT = 200;
/** Bars have equal widths on a logarithmic scale, ten for a factor of ten. */
const FACTOR = 10 ** 0.1;

/** How the latencies lie, on a logarithmic scale, with the percentiles marked. */
export function latencyHistogram(run: LoadRunResult): string {
  const bars = run.latencyHistogram;
  const total = bars.reduce((sum, bar) => sum + bar.count, 0);
  const {p50, p99, max} = run.latencyMs;
  const label = `Histogram of latencies: half are below ${duration(p50)}, 99 % below ${duration(p99)}, all below ${duration(max)}`;
  return bothWidths(label, (width) => {
    const plot = {...plotOf(width, HEIGHT), top: 30};
    const y = linearAxis(Math.max(...bars.map((bar) => bar.count / Math.max(1, total)), 0.01), plot.bottom, plot.top, percent, 3);
    const low = Math.log((bars[0]?.upToMs ?? 1) / FACTOR);
    const high = Math.log(bars.at(-1)?.upToMs ?? 10);
    const at = (ms: number): number => plot.left + ((Math.log(ms) - low) / Math.max(high - low, 1e-9)) * (plot.right - plot.left);
    const rects = bars.map((bar) => {
      const [from, to] = [at(bar.upToMs / FACTOR), at(bar.upToMs)];
      const top = y.at(bar.count / Math.max(1, total));
      return bar.count === 0
        ? ''
        : element('rect', {x: from + 0.5, width: Math.max(0.5, to - from - 1), y: top, height: plot.bottom - top, class: 'observed'});
    });
    const marks = (['p50', 'p99'] as const).map((name, index) => {
      const x = Math.min(plot.right, Math.max(plot.left, at(Math.max(run.latencyMs[name], 1e-6))));
      const anchor = x > plot.right - 60 ? 'end' : 'start';
      return (
        element('line', {x1: x, x2: x, y1: plot.top - 6, y2: plot.bottom, class: `moment ${name}`}) +
        text(x + (anchor === 'end' ? -4 : 4), 12 + index * 13, `${name} ${duration(run.latencyMs[name])}`, {
          class: 'label',
          'text-anchor': anchor,
        })
      );
    });
    return {height: HEIGHT, body: valueGrid(plot, y) + rects.join('') + marks.join('') + decades(low, high, at, plot.bottom)};
  });
}

/** Labels at 1, 2 and 5 of each decade, as far as there is room. */
function decades(low: number, high: number, at: (ms: number) => number, bottom: number): string {
  const first = Math.floor(low / Math.LN10);
  const last = Math.ceil(high / Math.LN10);
  const values = Array.from({length: last - first + 1}, (_, index) => first + index).flatMap((power) =>
    [1, 2, 5].map((digit) => digit * 10 ** power),
  );
  let free = Number.NEGATIVE_INFINITY;
  return values
    .filter((value) => Math.log(value) >= low - 1e-9 && Math.log(value) <= high + 1e-9)
    .map((value) => {
      const x = at(value);
      if (x < free) return '';
      free = x + 56;
      return text(x, bottom + 18, duration(value), {class: 'label', 'text-anchor': x < 80 ? 'start' : 'middle'});
    })
    .join('');
}
