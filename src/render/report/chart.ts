import {element, escapeText, text} from './markup.ts';

/** Room inside a chart, in pixels. */
export interface Plot {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** An axis: where a value lies, and what is written beside it. */
export interface Axis {
  readonly at: (value: number) => number;
  readonly ticks: readonly {readonly value: number; readonly label: string}[];
}

/** Every chart is drawn for both: text keeps its size however wide the page is. */
const WIDTHS = {wide: 960, narrow: 320} as const;

/** A chart in both widths, of which the page shows one. `label` says in a sentence what is to be seen. */
export function bothWidths(label: string, draw: (width: number) => {readonly height: number; readonly body: string}): string {
  return Object.entries(WIDTHS)
    .map(([name, width]) => {
      const {height, body} = draw(width);
      return element(
        'svg',
        {class: name, viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': label},
        element('title', {}, escapeText(label)) + body,
      );
    })
    .join('');
}

export function plotOf(width: number, height: number, left = 56): Plot {
  return {width, height, left, right: width - 12, top: 14, bottom: height - 28};
}

/** From 0 to at least `max`, with round steps. */
export function linearAxis(max: number, from: number, to: number, format: (value: number) => string, count = 4): Axis {
  const step = roundStep(Math.max(max, Number.MIN_VALUE) / count);
  const top = Math.max(step, Math.ceil(max / step - 1e-9) * step);
  const ticks = Array.from({length: Math.round(top / step) + 1}, (_, index) => index * step);
  return {
    at: (value) => from + (value / top) * (to - from),
    ticks: ticks.map((value) => ({value, label: format(Number(value.toPrecision(6)))})),
  };
}

function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= rough * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** Lines and labels of a horizontal grid, with the values at the left. */
export function valueGrid(plot: Plot, axis: Axis): string {
  return axis.ticks
    .map(({value, label}) => {
      const y = axis.at(value);
      return (
        element('line', {x1: plot.left, x2: plot.right, y1: y, y2: y, class: 'grid'}) +
        text(plot.left - 6, y + 4, label, {class: 'label', 'text-anchor': 'end'})
      );
    })
    .join('');
}

/** Labels under the plot. The outer ones are kept inside of it. */
export function bottomLabels(plot: Plot, axis: Axis): string {
  return axis.ticks
    .map(({value, label}) => {
      const x = axis.at(value);
      const anchor = x > plot.right - 20 ? 'end' : x < plot.left + 10 ? 'start' : 'middle';
      return text(x, plot.bottom + 18, label, {class: 'label', 'text-anchor': anchor});
    })
    .join('');
}
