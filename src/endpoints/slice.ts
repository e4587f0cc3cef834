import type {KubernetesObject, ObjectMeta} from '../model/index.ts';

// EndpointSlices as manifests, as far as they are built here. Type aliases, so that they are KubernetesObjects too.

export type SliceManifest = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly addressType: string;
  readonly endpoints: readonly SliceEndpoint[];
  readonly ports: readonly SlicePort[];
};

export type SliceEndpoint = {
  readonly addresses: readonly string[];
  readonly conditions: {readonly ready?: boolean; readonly serving?: boolean; readonly terminating?: boolean};
  readonly hostname?: string;
  readonly targetRef?: TargetRef;
  readonly nodeName?: string;
  readonly zone?: string;
  readonly hints?: EndpointHints;
};

export type EndpointHints = {
  readonly forZones?: readonly {readonly name: string}[];
  readonly forNodes?: readonly {readonly name: string}[];
};

export type TargetRef = {
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly uid?: string;
};

export type SlicePort = {
  readonly name?: string;
  readonly protocol?: string;
  readonly port?: number;
  readonly appProtocol?: string;
};

/** Slices by what is to be done with them, as hints are assigned over all of them. */
export type SliceGroups = {
  readonly toCreate: readonly SliceManifest[];
  readonly toUpdate: readonly SliceManifest[];
  readonly unchanged: readonly SliceManifest[];
};

/** An object that the API calls an EndpointSlice, with its lists filled where the API leaves them out or null. */
export function asSlice(object: KubernetesObject): SliceManifest {
  const slice = object as SliceManifest;
  if (Array.isArray(slice.endpoints) && Array.isArray(slice.ports) && slice.metadata !== undefined) return slice;
  return {...slice, metadata: slice.metadata ?? {}, endpoints: slice.endpoints ?? [], ports: slice.ports ?? []};
}

/** Names a set of ports: equal for slices that may hold the same endpoints. The order of ports does not count. */
export function portsKey(ports: readonly SlicePort[]): string {
  return JSON.stringify(
    ports.map((port) => [port.name ?? '', port.protocol || 'TCP', port.port ?? null, port.appProtocol ?? null].join('\u0000')).sort(),
  );
}

/** What makes an endpoint the same endpoint: its addresses, hostname and pod. All else may change in place. */
export function endpointKey(endpoint: SliceEndpoint): string {
  const target = endpoint.targetRef;
  return [[...endpoint.addresses].sort().join(' '), endpoint.hostname ?? '', target?.namespace ?? '', target?.name ?? ''].join('\u0000');
}

/** Whether two endpoints of one key agree in all else but hints. */
export function sameEndpoint(a: SliceEndpoint, b: SliceEndpoint): boolean {
  return (
    a.nodeName === b.nodeName &&
    a.zone === b.zone &&
    a.conditions.ready === b.conditions.ready &&
    a.conditions.serving === b.conditions.serving &&
    a.conditions.terminating === b.conditions.terminating &&
    a.targetRef?.kind === b.targetRef?.kind &&
    (a.targetRef?.uid ?? '') === (b.targetRef?.uid ?? '')
  );
}

/** Ready in the sense of those who assign hints: said so, not merely unsaid. */
export function isReady(endpoint: SliceEndpoint): boolean {
  return endpoint.conditions.ready === true;
}

/** The endpoint without its hints. */
export function withoutHints(endpoint: SliceEndpoint): SliceEndpoint {
  if (endpoint.hints === undefined) return endpoint;
  const {hints: _, ...rest} = endpoint;
  return rest;
}

/** The endpoint with these hints in place of its own. */
export function withHints(endpoint: SliceEndpoint, forZones: readonly string[], forNodes: readonly string[] = []): SliceEndpoint {
  if (forZones.length === 0 && forNodes.length === 0) return withoutHints(endpoint);
  return {
    ...endpoint,
    hints: {
      ...(forZones.length > 0 ? {forZones: forZones.map((name) => ({name}))} : {}),
      ...(forNodes.length > 0 ? {forNodes: forNodes.map((name) => ({name}))} : {}),
    },
  };
}

/** The new slice under the old one's identity. */
export function takeOver(fresh: SliceManifest, old: SliceManifest): SliceManifest {
  const {name, uid, resourceVersion, creationTimestamp} = old.metadata;
  return {
    ...fresh,
    metadata: {
      ...fresh.metadata,
      ...(name === undefined ? {} : {name}),
      ...(uid === undefined ? {} : {uid}),
      ...(resourceVersion === undefined ? {} : {resourceVersion}),
      ...(creationTimestamp === undefined ? {} : {creationTimestamp}),
    },
  };
}
