import type {ClusterView, KubernetesObject, Service} from '../model/index.ts';
import type {WhatIfChanges} from '../routing/index.ts';

/** Fields of the spec that decide which endpoints there are and which hints they carry. */
const DECIDES_SLICES = ['selector', 'publishNotReadyAddresses', 'trafficDistribution'];

/**
 * The view as it would be after changes. Where they change which endpoints there are, or hints that weigh zones against each other, the
 * slices are built anew as the EndpointSlice controller would; where that cannot be (endpoints by hand, pods or nodes that cannot be
 * read), the slices stay as `whatIf` leaves them.
 */
export async function imaginedView(view: ClusterView, objects: readonly KubernetesObject[], changes: WhatIfChanges): Promise<ClusterView> {
  const [{whatIf}, {topologyAnnotationEnabled}] = await Promise.all([import('../routing/index.ts'), import('../endpoints/index.ts')]);
  const imagined = whatIf(view, changes);
  const key = `${changes.service.namespace}/${changes.service.name}`;
  const service = imagined.services.get(key);
  if (service === undefined) return imagined;
  const decided = Object.keys(changes.set ?? {}).some((field) => DECIDES_SLICES.includes(field.split('.')[0] as string));
  const weighed = topologyAnnotationEnabled(service.annotations);
  return decided || weighed ? rebuilt(view, imagined, objects, service) : imagined;
}

async function rebuilt(
  before: ClusterView,
  imagined: ClusterView,
  objects: readonly KubernetesObject[],
  service: Service,
): Promise<ClusterView> {
  const [{buildEndpointSlices, SLICE_CONTROLLER}, {updateView}] = await Promise.all([
    import('../endpoints/index.ts'),
    import('../routing/index.ts'),
  ]);
  const key = `${service.namespace}/${service.name}`;
  const nodes = objects.filter((object) => object.kind === 'Node');
  const slices = imagined.slicesOf.get(key) ?? [];
  const manual = service.selector === null || slices.some((slice) => slice.managedBy !== SLICE_CONTROLLER);
  if (manual || nodes.length === 0 || !knowsAllPods(before, key)) return imagined;
  const existing = slices.map((slice) => imagined.objects.get(`EndpointSlice/${slice.namespace}/${slice.name}`) as KubernetesObject);
  const {changes} = buildEndpointSlices({
    service: imagined.objects.get(`Service/${key}`) as KubernetesObject,
    pods: [...(await selectedPods(before, imagined, service)), ...madeUpPods(imagined, service)],
    nodes,
    existing,
  });
  const created = changes.create.map((slice, index) => ({
    ...slice,
    metadata: {...slice.metadata, name: `${service.name}-what-if-${index + 1}`},
  }));
  let view = imagined;
  for (const object of changes.delete) view = updateView(view, {type: 'DELETED', object});
  for (const object of [...changes.update, ...created]) view = updateView(view, {type: 'MODIFIED', object});
  return view;
}

/** Whether each endpoint's pod could be read: without them, building slices would lose endpoints. */
function knowsAllPods(view: ClusterView, key: string): boolean {
  const pods = (view.slicesOf.get(key) ?? []).flatMap((slice) => slice.endpoints.flatMap(({pod}) => pod ?? []));
  return pods.every((pod) => view.pods.has(`${pod.namespace}/${pod.name}`));
}

/** The pods that the selector matches, but for endpoints that the changes took away. */
async function selectedPods(before: ClusterView, imagined: ClusterView, service: Service): Promise<readonly KubernetesObject[]> {
  const {matchesSelector} = await import('../endpoints/index.ts');
  const key = `${service.namespace}/${service.name}`;
  const left = endpointPods(imagined, key);
  const gone = new Set([...endpointPods(before, key)].filter((name) => !left.has(name)));
  return [...imagined.pods.values()]
    .filter((pod) => pod.namespace === service.namespace && !gone.has(pod.name) && matchesSelector(service.selector, pod.labels))
    .map((pod) => pod.object);
}

function endpointPods(view: ClusterView, key: string): ReadonlySet<string> {
  return new Set((view.slicesOf.get(key) ?? []).flatMap((slice) => slice.endpoints.flatMap(({pod}) => pod?.name ?? [])));
}

/** Ready pods behind the endpoints that are made up, with the containers of a real one, whose ports have names. */
function madeUpPods(view: ClusterView, service: Service): readonly KubernetesObject[] {
  const endpoints = (view.slicesOf.get(`${service.namespace}/${service.name}`) ?? []).flatMap((slice) => slice.endpoints);
  const names = new Set(endpoints.flatMap(({pod}) => (pod && !view.pods.has(`${pod.namespace}/${pod.name}`) ? pod.name : [])));
  const known = endpoints.flatMap(({pod}) => (pod ? (view.pods.get(`${pod.namespace}/${pod.name}`) ?? []) : []));
  const containers = (known[0]?.object['spec'] as {containers?: unknown} | undefined)?.containers ?? [];
  return [...names].map((name) => {
    const own = endpoints.filter((endpoint) => endpoint.pod?.name === name);
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {name, namespace: service.namespace, labels: service.selector ?? {}},
      spec: {nodeName: own[0]?.nodeName ?? undefined, containers},
      status: {
        phase: 'Running',
        podIPs: own.map(({address}) => ({ip: address})),
        conditions: [{type: 'Ready', status: 'True'}],
      },
    };
  });
}
