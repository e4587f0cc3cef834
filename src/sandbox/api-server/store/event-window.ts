import type {ApiChange} from '../../api.ts';

export interface RecordedChange extends ApiChange {
  readonly resourceVersion: number;
}

/** The latest changes, so that a watch can go on where it stopped. What is older is compacted: 410 Expired. */
export interface EventWindow {
  /** `size` is about what it takes to keep: the length of its object as JSON. */
  add(change: RecordedChange, size: number): void;
  /** Changes after that version in order, or null where some of them are gone. */
  since(resourceVersion: number): readonly RecordedChange[] | null;
  /** Forgets what happened up to that version. */
  compact(resourceVersion: number): void;
  /** The version up to which changes are forgotten. */
  readonly compactedTo: number;
}

export interface WindowLimits {
  readonly changes: number;
  /** Of all sizes together: large objects are remembered for less long. */
  readonly size: number;
}

/** `start` is the version at opening: what came before is not known. */
export function createEventWindow(start: number, limits: WindowLimits): EventWindow {
  let changes: RecordedChange[] = [];
  let sizes: number[] = [];
  let held = 0;
  let compactedTo = start;

  function compact(resourceVersion: number): void {
    const keepFrom = firstAfter(changes, resourceVersion);
    changes = changes.slice(keepFrom);
    sizes = sizes.slice(keepFrom);
    held = sizes.reduce((sum, size) => sum + size, 0);
    compactedTo = Math.max(compactedTo, resourceVersion);
  }

  /** Cut in blocks, so that the cost is shared by many writes. */
  function shrink(): void {
    let keepFrom = Math.max(0, changes.length - limits.changes);
    for (let left = held - sum(sizes, keepFrom); left > limits.size && keepFrom < changes.length; keepFrom++)
      left -= sizes[keepFrom] as number;
    const last = changes[keepFrom - 1];
    if (last !== undefined) compact(last.resourceVersion);
  }

  return {
    add(change, size) {
      changes.push(change);
      sizes.push(size);
      held += size;
      if (changes.length >= limits.changes * 1.25 || held >= limits.size * 1.25) shrink();
    },
    since: (resourceVersion) => (resourceVersion < compactedTo ? null : changes.slice(firstAfter(changes, resourceVersion))),
    compact,
    get compactedTo() {
      return compactedTo;
    },
  };
}

function sum(sizes: readonly number[], count: number): number {
  let total = 0;
  for (let i = 0; i < count; i++) total += sizes[i] as number;
  return total;
}

function firstAfter(changes: readonly RecordedChange[], resourceVersion: number): number {
  let low = 0;
  let high = changes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((changes[middle] as RecordedChange).resourceVersion <= resourceVersion) low = middle + 1;
    else high = middle;
  }
  return low;
}
