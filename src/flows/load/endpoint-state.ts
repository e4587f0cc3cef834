import {hostPort} from '../../ip/index.ts';
import type {EndpointChange, EndpointDrain, EndpointStatus, LoadFailure, RouteEndpoint} from '../../model/index.ts';

/** What the slices say of an endpoint, in a word; null: it is not in them. */
function stateOf(status: EndpointStatus | null): string {
  if (status === null) return 'gone';
  if (status.terminating) return status.serving ? 'serving-terminating' : 'terminating';
  return status.ready ? 'ready' : 'not-ready';
}

export function readyBefore(change: EndpointChange): boolean {
  return change.before?.ready ?? false;
}

/** What the slices said of an endpoint (`address:port`) at a moment: its last change before it, else what it was when the run began. */
export function stateAt(
  endpoint: string | null,
  timeMs: number,
  predicted: readonly RouteEndpoint[],
  changes: readonly EndpointChange[],
): string | null {
  if (endpoint === null) return null;
  const last = changes.findLast((change) => change.endpoint === endpoint && Date.parse(change.time) <= timeMs);
  if (last !== undefined) return stateOf(last.after);
  // what its first change says that it was before is as good as what was read at the start
  const first = changes.find((change) => change.endpoint === endpoint);
  if (first !== undefined) return stateOf(first.before);
  return predicted.find((known) => hostPort(known.address, known.port) === endpoint)?.state ?? null;
}

/** The endpoints that stopped being ready during the run, in that order, each with the failures before and after. */
export function drainsOf(
  changes: readonly EndpointChange[],
  failures: readonly LoadFailure[],
  lastAnswerOf: (endpoint: string) => number | null,
): readonly EndpointDrain[] {
  const left = new Map<string, EndpointChange>();
  for (const change of changes) {
    const leaves = readyBefore(change) && change.after?.ready !== true;
    if (leaves && change.endpoint !== null && !left.has(change.endpoint)) left.set(change.endpoint, change);
  }
  return [...left].map(([endpoint, change]) => {
    const leftMs = Date.parse(change.time);
    const own = failures.filter((failure) => (failure.endpoint ?? failure.suspect) === endpoint).map((failure) => Date.parse(failure.time));
    const after = own.filter((time) => time >= leftMs);
    const lastAnswerMs = lastAnswerOf(endpoint);
    return {
      endpoint,
      pod: change.before?.pod ?? null,
      leftAt: change.time,
      became: stateOf(change.after),
      goneAt: changes.findLast((later) => later.endpoint === endpoint && later.after === null)?.time ?? null,
      failuresBefore: own.length - after.length,
      failuresAfter: after.length,
      lastFailureMs: after.length === 0 ? null : Math.max(...after) - leftMs,
      lastAnswerAt: lastAnswerMs === null ? null : new Date(lastAnswerMs).toISOString(),
    };
  });
}
