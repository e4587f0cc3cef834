import type {LoadRunResult} from '../../model/index.ts';
import {bothWidths} from './chart.ts';
import {percent, whole} from './figures.ts';
import {element, text} from './markup.ts';

/** More endpoints than a page is read for are told in the table. */
const SHOWN = 40;

/** Observed shares as bars with their intervals, the predicted ones as marks across them. */
export function distributionChart(run: LoadRunResult): string {
  const {rows, test} = run.distribution;
  const shown = rows.slice(0, SHOWN);
  const verdict = {'as-predicted': 'as predicted', skewed: 'not as predicted', undecided: 'undecided'}[test.verdict];
  const label = `Requests of ${whole(rows.length)} endpoints beside the predicted shares: ${verdict}`;
  return bothWidths(label, (width) => {
    const narrow = width < 500;
    const row = narrow ? 42 : 30;
    const left = narrow ? 12 : 220;
    const right = width - (narrow ? 60 : 140);
    const most = Math.max(0.01, ...shown.flatMap((each) => [each.predicted, each.interval.high]));
    const at = (share: number): number => left + (Math.min(share, most) / most) * (right - left);
    const lines = shown.map((each, index) => {
      const top = 8 + index * row + (narrow ? 14 : 0);
      const name = each.pod ?? each.endpoint;
      const middle = top + 9;
      return (
        (narrow
          ? text(left, top - 4, shorten(name, 40), {class: 'label'})
          : text(left - 8, middle + 4, shorten(name, 30), {class: 'label', 'text-anchor': 'end'})) +
        element('rect', {x: left, y: top, width: Math.max(0.5, at(each.observed) - left), height: 18, class: 'observed'}) +
        interval(at(each.interval.low), at(each.interval.high), middle) +
        element('line', {x1: at(each.predicted), x2: at(each.predicted), y1: top - 3, y2: top + 21, class: 'predicted'}) +
        text(right + 8, middle + 4, narrow ? percent(each.observed) : `${percent(each.observed)} (${percent(each.predicted)})`, {
          class: 'label',
        })
      );
    });
    const note =
      rows.length > SHOWN ? text(left, 8 + SHOWN * row + 14, `and ${whole(rows.length - SHOWN)} more in the table`, {class: 'label'}) : '';
    return {height: 16 + shown.length * row + (note === '' ? 0 : 20), body: lines.join('') + note};
  });
}

function interval(low: number, high: number, y: number): string {
  return element('path', {
    d: `M${low.toFixed(1)} ${y}H${high.toFixed(1)}M${low.toFixed(1)} ${y - 4}v8M${high.toFixed(1)} ${y - 4}v8`,
    class: 'interval',
  });
}

/** In the middle: names of a workload's pods begin alike and differ at their ends. */
function shorten(name: string, length: number): string {
  const end = Math.floor((length - 1) / 2);
  return name.length <= length ? name : `${name.slice(0, length - 1 - end)}…${name.slice(-end)}`;
}
