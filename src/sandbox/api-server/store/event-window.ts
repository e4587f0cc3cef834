import type {ApiChange} from '../../api.ts';

export interface RecordedChange extends ApiChange {
  readonly resourceVersion: number;
}

/** The latest changes, so that a watch can go on where it stopped. What is older is compacted: 410 Expired. */
export interface EventWindow {
  add(change: RecordedChange): void;
  /** Changes after that version in order, or null where some of them are gone. */
  since(resourceVersion: number): readonly RecordedChange[] | null;
  /** Forgets what happened up to that version. */
  compact(resourceVersion: number): void;
  /** The version up to which changes are forgotten. */
  readonly compactedTo: number;
}

/** `start` is the version at opening: what came before is not known. At most `limit` changes are kept. */
export function createEventWindow(start: number, limit: number): EventWindow {
  let changes: RecordedChange[] = [];
  let compactedTo = start;

  function compact(resourceVersion: number): void {
    const keepFrom = firstAfter(changes, resourceVersion);
    changes = changes.slice(keepFrom);
    compactedTo = Math.max(compactedTo, resourceVersion);
  }

  return {
    add(change) {
      changes.push(change);
      // cut in blocks, so that the cost is shared by many writes
      if (changes.length >= limit * 1.25) compact(changes[changes.length - limit - 1]?.resourceVersion ?? compactedTo);
    },
    since: (resourceVersion) => (resourceVersion < compactedTo ? null : changes.slice(firstAfter(changes, resourceVersion))),
    compact,
    get compactedTo() {
      return compactedTo;
    },
  };
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
