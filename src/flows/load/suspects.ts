import {hostPort} from '../../ip/index.ts';
import type {LoadEngineResult} from '../../load/index.ts';
import type {EndpointChange, RouteEndpoint} from '../../model/index.ts';
import type {EndpointNames} from './endpoint-names.ts';
import {stateAt} from './endpoint-state.ts';

/** When an endpoint answered. */
interface Answers {
  /** Wall clock. */
  readonly lastMs: number | null;
  readonly perMs: number;
}

/** Silence that chance makes among answers that come at random, many times over. */
const GAPS = 20;
const LEAST_SILENCE_MS = 1_000;

/** A connection that never came to be, by the wall clock. */
export interface LostConnection {
  /** When it was begun, and so its endpoint chosen. */
  readonly begunMs: number;
  /** When it was refused; null: nobody said anything. */
  readonly refusedMs: number | null;
}

/** The endpoint that a connection most likely was for, which nobody could name because it never came to be; null: it could be several. */
export type Suspects = (lost: LostConnection, expected: readonly RouteEndpoint[]) => string | null;

/**
 * A connection that is refused or times out names no endpoint: kube-proxy chose one and tells nobody. But where just one of those that were
 * ready then had given its last answer before, and was silent for much longer than it used to be, it is that one.
 */
export function suspectsOf(result: LoadEngineResult, changes: readonly EndpointChange[], nameOf: EndpointNames): Suspects {
  const answers = answersOf(result, nameOf);
  const endMs = result.startedAtMs + result.durationMs;
  const wasSilent = (name: string, timeMs: number): boolean => {
    const {lastMs, perMs} = answers.get(name) ?? {lastMs: null, perMs: 0};
    if (lastMs === null) return endMs - result.startedAtMs > LEAST_SILENCE_MS;
    return lastMs < timeMs && endMs - lastMs > Math.max(LEAST_SILENCE_MS, perMs === 0 ? 0 : GAPS / perMs);
  };
  return ({begunMs, refusedMs}, expected) => {
    const chosenFrom = expected.filter(({probability}) => probability > 0).map(({address, port}) => hostPort(address, port));
    const added = changes.flatMap(({endpoint, before}) => (endpoint !== null && before === null ? [endpoint] : []));
    const ready = [...new Set([...chosenFrom, ...added])].filter((name) => stateAt(name, begunMs, expected, changes) === 'ready');
    // whoever refuses may have answered others until that moment, while this connection was on its way
    const silent = ready.filter((name) => wasSilent(name, refusedMs ?? begunMs));
    return silent.length === 1 ? (silent[0] ?? null) : null;
  };
}

function answersOf({endpoints, startedAtMs}: LoadEngineResult, nameOf: EndpointNames): ReadonlyMap<string, Answers> {
  const answers = new Map<string, Answers>();
  for (const {endpoint, requests, lastAnswerMs} of endpoints) {
    if (lastAnswerMs === null) continue;
    const name = nameOf(endpoint);
    const before = answers.get(name)?.lastMs ?? null;
    const lastMs = Math.max(startedAtMs + lastAnswerMs, before ?? 0);
    answers.set(name, {lastMs, perMs: lastAnswerMs > 0 ? requests / lastAnswerMs : 0});
  }
  return answers;
}
