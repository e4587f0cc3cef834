import {KiadaError} from '../errors.ts';
import type {ObjectSource, ReadRequest, ResourceName} from '../kube/index.ts';
import type {ClusterView, KubernetesObject, Service, Unknown} from '../model/index.ts';
import {EXPLAINING} from './explaining.ts';
import {nearestFew} from './nearest.ts';

export interface ReadView {
  readonly view: ClusterView;
  readonly objects: readonly KubernetesObject[];
  readonly unknown: readonly Unknown[];
}

export interface ViewScope {
  /** null for all namespaces. */
  readonly namespace: string | null;
  /** Only these Services; empty for all. */
  readonly services: readonly string[];
  readonly labelSelector?: string | undefined;
  /** Whether pods are wanted: for reasons, names and vantages. */
  readonly pods: boolean;
  readonly nodes: boolean;
  readonly events: boolean;
  /** Whether what explains them is wanted too: workloads, policies, routes to them, the old Endpoints. */
  readonly context?: boolean;
}

const CONTEXT: readonly ResourceName[] = ['endpoints', ...EXPLAINING];

/** Reads no more than a question about Services needs, all of it at once, and builds the view. */
export async function readView(source: ObjectSource, scope: ViewScope): Promise<ReadView> {
  const reading = source.read(requestsOf(scope));
  reading.catch(() => {}); // awaited below, where a failure is seen
  const {viewOf} = await import('../routing/index.ts');
  const {objects, unknown} = await reading;
  return {view: viewOf(objects), objects, unknown: withoutDoubles(unknown)};
}

/** Two questions about one resource may both have been refused. */
function withoutDoubles(unknown: readonly Unknown[]): readonly Unknown[] {
  return [...new Map(unknown.map((entry) => [`${entry.what}: ${entry.why}`, entry])).values()];
}

function requestsOf(scope: ViewScope): readonly ReadRequest[] {
  const {namespace, services, labelSelector} = scope;
  const one = services.length === 1 ? services[0] : undefined;
  const ofServices = services.length === 0 ? undefined : services;
  return [
    // all of the namespace's are read where one is asked for: they make the variables, the near names and the clashes
    {resource: 'services', namespace, ...(one === undefined ? {labelSelector} : {})},
    {resource: 'endpointslices', namespace, ofServices, optional: true},
    // those that lack the label may have been meant for one
    ...(scope.context && ofServices !== undefined
      ? [{resource: 'endpointslices', namespace, ofServices: 'nobody', optional: true} as const]
      : []),
    ...(scope.pods ? [{resource: 'pods', namespace, optional: true} as const] : []),
    ...(scope.nodes ? [{resource: 'nodes', namespace: null, optional: true} as const] : []),
    ...(scope.events ? [{resource: 'events', namespace, optional: true} as const] : []),
    ...(scope.context ? CONTEXT.map((resource) => ({resource, namespace, optional: true})) : []),
  ];
}

/**
 * The named Services of a view, in one namespace or (null) in all. Throws SERVICE_NOT_FOUND with near names and with the namespaces that
 * have one of that name.
 */
export function pickServices(view: ClusterView, namespace: string | null, names: readonly string[]): readonly Service[] {
  const services = [...view.services.values()];
  return [...new Set(names)].flatMap((name) => {
    const found = namespace === null ? services.filter((service) => service.name === name) : [view.services.get(`${namespace}/${name}`)];
    const known = found.filter((service) => service !== undefined);
    if (known.length > 0) return known;
    const here = services.filter((service) => namespace === null || service.namespace === namespace).map((service) => service.name);
    const elsewhere = services.filter((service) => service.name === name).map((service) => service.namespace);
    const where = namespace === null ? 'in any namespace' : `in namespace "${namespace}"`;
    throw new KiadaError('SERVICE_NOT_FOUND', `there is no Service "${name}" ${where}`, {hint: hintFor(name, here, elsewhere)});
  });
}

function hintFor(name: string, here: readonly string[], elsewhere: readonly string[]): string {
  if (elsewhere.length > 0) return `There is one in: ${elsewhere.join(', ')} (name it with -n)`;
  const near = nearestFew(name, here, 3);
  if (near.length > 0) return `Did you mean: ${near.join(', ')}`;
  return here.length > 0 ? `The namespace has: ${here.slice(0, 8).join(', ')}` : 'List them with: kiada svc list -A';
}

/** `svc/quote`, `service/quote` or `quote` as a name; another kind is wrong usage. */
export function serviceName(argument: string): string {
  const [kind, name, ...rest] = argument.includes('/') ? argument.split('/') : ['svc', argument];
  if (rest.length > 0 || !['svc', 'service', 'services'].includes((kind ?? '').toLowerCase()) || !name) {
    throw new KiadaError('USAGE', `"${argument}" does not name a Service`, {hint: 'Write it like quote or svc/quote.'});
  }
  return name;
}
