import type {Clock} from '../../probe/index.ts';
import {ApiError} from '../api.ts';

/** Looks at one key. Returns after how many milliseconds it wants to see it again, if at all. */
export type Sync = (key: string) => number | undefined;

export interface WorkQueue {
  /** A key that waits already is not added twice. */
  add(key: string): void;
  close(): void;
}

/** How many keys are worked off, and for how long, before others get their turn on the thread. */
const BATCH = 32;
const BATCH_MS = 8;
const FIRST_DELAY_MS = 5;
const LONGEST_DELAY_MS = 30_000;
/** As often as the controllers of kube-controller-manager try (their maxRetries), with the same doubling delays. */
const MOST_TRIES = 15;

const LIGHT_MS = 2;
const REST_FACTOR = 10;
const LONGEST_REST_MS = 500;

/**
 * How many milliseconds a key rests whose look took so many, so that what changes meanwhile is one look rather than many: a Service of a
 * thousand pods that become ready one after the other is not looked at a thousand times. The machine's time, whatever the cluster's clock says.
 */
export function restAfter(tookMs: number): number {
  return tookMs > LIGHT_MS ? Math.min(tookMs * REST_FACTOR, LONGEST_REST_MS) : 0;
}

/** What a queue runs by. */
export interface WorkQueueOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly log: (message: string) => void;
  readonly sync: Sync;
  /** How long a key rests after a look that took so long, both in milliseconds; no rest by default. */
  readonly restAfter?: ((tookMs: number) => number) | undefined;
}

/** A coalescing queue: keys are synced one at a time on later turns of the loop; one that fails comes again with growing delay. */
export function createWorkQueue(options: WorkQueueOptions): WorkQueue {
  const {clock, log, name, sync} = options;
  const keys = new Set<string>();
  const failures = new Map<string, number>();
  /** Keys that are to come again, with what calls the newest wait off. */
  const waits = new Map<string, AbortController>();
  /** Keys that rest, and whether they are wanted again. */
  const rests = new Map<string, {readonly timer: NodeJS.Timeout; wanted: boolean}>();
  let scheduled: NodeJS.Immediate | null = null;
  let closed = false;

  function add(key: string): void {
    if (closed) return;
    const rest = rests.get(key);
    if (rest !== undefined) {
      rest.wanted = true;
      return;
    }
    keys.add(key);
    scheduled ??= setImmediate(work);
  }

  function work(): void {
    scheduled = null;
    const started = performance.now();
    for (const key of [...keys].slice(0, BATCH)) {
      if (closed) return;
      if (performance.now() - started > BATCH_MS) break;
      keys.delete(key);
      const from = performance.now();
      syncOne(key);
      rest(key, performance.now() - from);
    }
    if (keys.size > 0 && !closed) scheduled = setImmediate(work);
  }

  function rest(key: string, took: number): void {
    const ms = options.restAfter?.(took) ?? 0;
    if (ms === 0 || closed) return;
    const end = () => {
      const wanted = rests.get(key)?.wanted === true;
      rests.delete(key);
      if (wanted) add(key);
    };
    // what it changed itself has called for it already
    rests.set(key, {timer: setTimeout(end, ms).unref(), wanted: keys.delete(key)});
  }

  function syncOne(key: string): void {
    try {
      const again = sync(key);
      failures.delete(key);
      if (again !== undefined) addAfter(key, again);
    } catch (error) {
      fail(key, error);
    }
  }

  function fail(key: string, error: unknown): void {
    if (isTerminatingNamespace(error)) return; // nothing can be made there any more, however often it is tried
    const tries = (failures.get(key) ?? 0) + 1;
    failures.set(key, tries);
    if (tries > MOST_TRIES) {
      failures.delete(key);
      log(`${name}: gave up on ${key}: ${describe(error)}`);
      return;
    }
    if (!isConflict(error)) log(`${name}: ${key}: ${describe(error)}; trying again`);
    addAfter(key, Math.min(FIRST_DELAY_MS * 2 ** (tries - 1), LONGEST_DELAY_MS));
  }

  function addAfter(key: string, ms: number): void {
    waits.get(key)?.abort();
    const wait = new AbortController();
    waits.set(key, wait);
    void clock.sleep(ms, wait.signal).then((elapsed) => {
      if (!elapsed) return;
      waits.delete(key);
      add(key);
    });
  }

  return {
    add,
    close: () => {
      closed = true;
      keys.clear();
      for (const wait of waits.values()) wait.abort();
      for (const {timer} of rests.values()) clearTimeout(timer);
      if (scheduled !== null) clearImmediate(scheduled);
    },
  };
}

function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.reason === 'Conflict';
}

function isTerminatingNamespace(error: unknown): boolean {
  return error instanceof ApiError && (error.details?.causes ?? []).some((cause) => cause.reason === 'NamespaceTerminating');
}

/** A refusal in its own words; anything else is a bug, and keeps its stack. */
function describe(error: unknown): string {
  if (error instanceof ApiError) return `${error.reason}: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
