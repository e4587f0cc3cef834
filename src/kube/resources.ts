/** A resource of the API as this tool reads it. */
export interface Resource {
  readonly kind: string;
  readonly apiVersion: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /** Names that kubectl takes for it, beside the plural. */
  readonly aliases: readonly string[];
  /** Whether clusters may do without it: it belongs to an extension of the API. */
  readonly extension?: boolean;
}

/** The kinds that decide where Service traffic goes, and those that explain it. */
export const RESOURCES = {
  services: {kind: 'Service', apiVersion: 'v1', plural: 'services', namespaced: true, aliases: ['service', 'svc']},
  endpoints: {kind: 'Endpoints', apiVersion: 'v1', plural: 'endpoints', namespaced: true, aliases: ['ep']},
  endpointslices: {
    kind: 'EndpointSlice',
    apiVersion: 'discovery.k8s.io/v1',
    plural: 'endpointslices',
    namespaced: true,
    aliases: ['endpointslice'],
  },
  pods: {kind: 'Pod', apiVersion: 'v1', plural: 'pods', namespaced: true, aliases: ['pod', 'po']},
  nodes: {kind: 'Node', apiVersion: 'v1', plural: 'nodes', namespaced: false, aliases: ['node', 'no']},
  namespaces: {kind: 'Namespace', apiVersion: 'v1', plural: 'namespaces', namespaced: false, aliases: ['namespace', 'ns']},
  events: {kind: 'Event', apiVersion: 'v1', plural: 'events', namespaced: true, aliases: ['event', 'ev']},
  configmaps: {kind: 'ConfigMap', apiVersion: 'v1', plural: 'configmaps', namespaced: true, aliases: ['configmap', 'cm']},
  deployments: {kind: 'Deployment', apiVersion: 'apps/v1', plural: 'deployments', namespaced: true, aliases: ['deployment', 'deploy']},
  replicasets: {kind: 'ReplicaSet', apiVersion: 'apps/v1', plural: 'replicasets', namespaced: true, aliases: ['replicaset', 'rs']},
  statefulsets: {kind: 'StatefulSet', apiVersion: 'apps/v1', plural: 'statefulsets', namespaced: true, aliases: ['statefulset', 'sts']},
  daemonsets: {kind: 'DaemonSet', apiVersion: 'apps/v1', plural: 'daemonsets', namespaced: true, aliases: ['daemonset', 'ds']},
  ingresses: {kind: 'Ingress', apiVersion: 'networking.k8s.io/v1', plural: 'ingresses', namespaced: true, aliases: ['ingress', 'ing']},
  networkpolicies: {
    kind: 'NetworkPolicy',
    apiVersion: 'networking.k8s.io/v1',
    plural: 'networkpolicies',
    namespaced: true,
    aliases: ['networkpolicy', 'netpol'],
  },
  httproutes: {
    kind: 'HTTPRoute',
    apiVersion: 'gateway.networking.k8s.io/v1',
    plural: 'httproutes',
    namespaced: true,
    aliases: ['httproute'],
    extension: true,
  },
  grpcroutes: {
    kind: 'GRPCRoute',
    apiVersion: 'gateway.networking.k8s.io/v1',
    plural: 'grpcroutes',
    namespaced: true,
    aliases: ['grpcroute'],
    extension: true,
  },
} as const satisfies Record<string, Resource>;

export type ResourceName = keyof typeof RESOURCES;

/** The path of a resource's API group and version. */
export function groupPath({apiVersion}: Resource): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** The path of a collection; `namespace` null for all of them. */
export function collectionPath(resource: Resource, namespace: string | null): string {
  const scope = resource.namespaced && namespace !== null ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${groupPath(resource)}${scope}/${resource.plural}`;
}

/** The path of one object. */
export function objectPath(resource: Resource, namespace: string | null, name: string): string {
  return `${collectionPath(resource, namespace)}/${encodeURIComponent(name)}`;
}
