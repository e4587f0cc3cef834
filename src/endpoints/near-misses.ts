import type {NotAnEndpoint, Pod, Service} from '../model/index.ts';
import {type Labels, matchesSelector} from './selectors.ts';

/**
 * Pods that a selector misses by little: all pairs but one match, or its only pair is met but for a slip of the pen; and, where the
 * Service selects no pod at all, pods of other namespaces that it would select there.
 */
export function nearMisses(service: Service, selector: Labels, pods: readonly Pod[], selectsSome: boolean): readonly NotAnEndpoint[] {
  return pods.flatMap((pod) => {
    if (pod.phase === 'Succeeded' || pod.phase === 'Failed') return [];
    if (pod.namespace === service.namespace) return missedLabel(selector, pod);
    if (selectsSome || !matchesSelector(selector, pod.labels)) return [];
    const detail = `it is in namespace ${pod.namespace}; a Service selects pods of its own namespace only`;
    return [{pod: `${pod.namespace}/${pod.name}`, reason: 'OtherNamespace', detail}];
  });
}

function missedLabel(selector: Labels, pod: Pod): readonly NotAnEndpoint[] {
  const pairs = Object.entries(selector);
  const missed = pairs.filter(([key, value]) => pod.labels[key] !== value);
  const [only] = missed;
  if (missed.length !== 1 || only === undefined) return [];
  const [key, value] = only;
  const nearly = nearPair(pod.labels, key, value);
  if (pairs.length === 1 && nearly === null) return [];
  const has = nearly ?? (pod.labels[key] === undefined ? `it has no label ${key}` : `label ${key}=${pod.labels[key]}`);
  return [{pod: pod.name, reason: 'LabelMismatch', detail: `${has}; the selector asks for ${key}=${value}`}];
}

/** The label that was probably meant to be this pair. */
function nearPair(labels: Labels, key: string, value: string): string | null {
  const own = labels[key];
  if (own !== undefined) return isSlip(own, value) ? `label ${key}=${own}` : null;
  const found = Object.entries(labels).find(([other, text]) => text === value && isSlip(other, key));
  return found === undefined ? null : `label ${found[0]}=${found[1]}`;
}

/** Whether one text may be the other mistyped: other case, or at most two edits (a swap of neighbours is one) in texts long enough. */
function isSlip(a: string, b: string): boolean {
  if (a.toLowerCase() === b.toLowerCase()) return true;
  const allowed = Math.min(2, Math.floor(Math.min(a.length, b.length) / 3));
  return allowed > 0 && distance(a, b) <= allowed;
}

/** Edits between two texts: insert, delete, replace, swap neighbours (optimal string alignment). Labels are at most 63 characters. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({length: b.length + 1}, (_, column) => column)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 1; row <= a.length; row++) {
    rows.push([row]);
    for (let column = 1; column <= b.length; column++) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1;
      const swap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const best = Math.min(at(row - 1, column) + 1, at(row, column - 1) + 1, at(row - 1, column - 1) + cost);
      rows[row]?.push(swap ? Math.min(best, at(row - 2, column - 2) + 1) : best);
    }
  }
  return at(a.length, b.length);
}
