import type {ClusterView, Endpoint, EndpointSlice} from '../model/index.ts';
import {dashedAddress} from './name.ts';
import {NO_PORT, type Target, targetOf} from './target.ts';

/** A target with the port's name and protocol in lower case, as questions are compared with them. */
export interface EndpointTarget extends Target {
  readonly portName: string;
  readonly protocol: string;
}

/** Ready endpoints of one Service, times the ports of their slices. */
export interface EndpointIndex {
  readonly all: readonly EndpointTarget[];
  readonly byLabel: ReadonlyMap<string, readonly EndpointTarget[]>;
}

/** Where an address is a ready endpoint. */
export interface EndpointPlace {
  readonly slice: EndpointSlice;
  readonly label: string;
}

interface Place {
  readonly slice: EndpointSlice;
  readonly endpoint: Endpoint;
}

const EMPTY: EndpointIndex = {all: [], byLabel: new Map()};

// A view is immutable and shares what a change did not touch: `slicesOf` keeps the very list of a Service while its slices are the
// same, and `slices` stays the same map while no slice changed. So an index that hangs on those objects is never stale, is built once,
// at the first question, and goes with the view that it belongs to.
const ofService = new WeakMap<readonly EndpointSlice[], EndpointIndex>();
const ofAddress = new WeakMap<ReadonlyMap<string, EndpointSlice>, ReadonlyMap<string, readonly Place[]>>();

/** Ready endpoints of a Service (`namespace/name`), from its slices alone: `publishNotReadyAddresses` is the slice controller's business. */
export function endpointsOf(view: ClusterView, service: string): EndpointIndex {
  const slices = view.slicesOf.get(service);
  if (slices === undefined) return EMPTY;
  const known = ofService.get(slices);
  if (known !== undefined) return known;
  const index = indexEndpoints(slices);
  ofService.set(slices, index);
  return index;
}

function indexEndpoints(slices: readonly EndpointSlice[]): EndpointIndex {
  const all = slices.flatMap(targetsOfSlice);
  const byLabel = new Map<string, EndpointTarget[]>();
  for (const target of all) {
    const label = target.label.toLowerCase();
    const same = byLabel.get(label);
    if (same === undefined) byLabel.set(label, [target]);
    else same.push(target);
  }
  return {all, byLabel};
}

function targetsOfSlice(slice: EndpointSlice): readonly EndpointTarget[] {
  const ports = slice.ports.length > 0 ? slice.ports : [{name: '', protocol: '', port: null}];
  return slice.endpoints
    .filter((endpoint) => endpoint.ready)
    .flatMap((endpoint) =>
      ports.map((port) => ({
        ...targetOf(endpoint.address, port.port ?? NO_PORT, labelOf(endpoint)),
        portName: port.name.toLowerCase(),
        protocol: port.protocol.toLowerCase(),
      })),
    );
}

/** The label of an endpoint's own name: its hostname, else its address with dashes. */
export function labelOf(endpoint: {readonly address: string; readonly hostname: string | null}): string {
  return endpoint.hostname || dashedAddress(endpoint.address);
}

/** The ready endpoints that have this canonical address, over all slices that belong to a Service (whether or not the Service exists). */
export function endpointsAt(view: ClusterView, address: string): readonly EndpointPlace[] {
  let index = ofAddress.get(view.slices);
  if (index === undefined) {
    index = indexAddresses(view.slices.values());
    ofAddress.set(view.slices, index);
  }
  // labels are worked out of the few that are asked for
  return (index.get(address) ?? []).map(({slice, endpoint}) => ({slice, label: labelOf(endpoint)}));
}

function indexAddresses(slices: Iterable<EndpointSlice>): ReadonlyMap<string, readonly Place[]> {
  const index = new Map<string, Place[]>();
  for (const slice of slices) {
    if (slice.service === null || slice.addressType === 'FQDN') continue;
    for (const endpoint of slice.endpoints) {
      if (!endpoint.ready) continue;
      const place = {slice, endpoint};
      const same = index.get(endpoint.address);
      if (same === undefined) index.set(endpoint.address, [place]);
      else same.push(place);
    }
  }
  return index;
}
