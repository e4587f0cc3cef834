import type {NamespacedName} from '../model/index.ts';

/** One endpoint of one Service port, as the decision about endpoints needs it: the fields of an EndpointSlice under their API names. */
export interface CandidateEndpoint {
  readonly address: string;
  readonly port: number;
  readonly nodeName: string | null;
  readonly zone?: string | null;
  readonly conditions: {readonly ready: boolean; readonly serving: boolean; readonly terminating: boolean};
  readonly hints: {readonly forZones: readonly string[]; readonly forNodes: readonly string[]};
}

/** The same with the pod behind it, as a view knows it. */
export interface PortEndpoint extends CandidateEndpoint {
  readonly zone: string | null;
  readonly pod: NamespacedName | null;
}

/** Ready in the sense of the slice: it may be terminating too, with `publishNotReadyAddresses`. */
export function isReady(endpoint: CandidateEndpoint): boolean {
  return endpoint.conditions.ready;
}

/** What is used where nothing is ready (KEP-1669): it ends, but still answers. */
export function isServingTerminating(endpoint: CandidateEndpoint): boolean {
  return !endpoint.conditions.ready && endpoint.conditions.serving && endpoint.conditions.terminating;
}
