import type {KubernetesObject} from '../../../src/model/index.ts';

// The tables drive controllers with objects that an API server would complete, or refuse for reasons that are not the rows' subject.

interface Port {
  readonly name?: string;
  readonly port?: number;
}

interface ServiceFields {
  readonly clusterIP?: string;
  readonly ports?: readonly Port[];
  readonly ipFamilies?: readonly string[];
  readonly selector?: Readonly<Record<string, string>>;
}

/** Without a cluster IP a row's Service is headless; port 0 says nothing, for slices carry the target port. */
export function validService(service: KubernetesObject): KubernetesObject {
  const {ports = [], ...spec} = service['spec'] as ServiceFields;
  const {clusterIP = 'None', ipFamilies} = spec;
  const families = (ipFamilies?.length ?? 0) > 1 ? {ipFamilyPolicy: 'RequireDualStack'} : {};
  const numbered = ports.map((port, index) => ({...port, port: port.port || 8000 + index}));
  return {...service, spec: {selector: {foo: 'bar'}, ...spec, ...families, clusterIP, ports: numbered}};
}

/** Who has addresses is on some node; rows about the old kind leave it out. */
const SOME_NODE = 'some-node';

export function validPod(pod: KubernetesObject): KubernetesObject {
  const {containers, ...spec} = pod['spec'] as {containers: readonly {name?: string}[]};
  const images = containers.map((container, index) => ({...container, name: container.name || `c${index}`, image: 'program'}));
  const status = pod['status'] as {podIPs?: readonly {ip: string}[]};
  // what the API demands of a status: the first of the addresses is the address
  const podIP = status.podIPs?.[0]?.ip;
  return {
    ...pod,
    metadata: {...pod.metadata, labels: {...pod.metadata?.labels, foo: 'bar'}},
    spec: {nodeName: SOME_NODE, ...spec, containers: images.length === 0 ? [{name: 'c', image: 'program'}] : images},
    status: {...status, ...(podIP === undefined ? {} : {podIP})},
  };
}

/** An endpoint or address without what rows leave out: uids, and the node that a pod has to have. */
// biome-ignore lint/suspicious/noExplicitAny: of the kinds of both tables
export function plainEndpoint({targetRef, nodeName, ...endpoint}: any): any {
  const node = nodeName === undefined || nodeName === '' || nodeName === SOME_NODE ? {} : {nodeName};
  if (targetRef === undefined) return {...endpoint, ...node};
  const {uid: _, resourceVersion: __, ...reference} = targetRef;
  return {...endpoint, ...node, targetRef: reference};
}

/** A slice or Endpoints whose endpoints refer to the pods that are there. */
export function pointingAt<T>(object: T, pods: readonly KubernetesObject[]): T {
  const uids = new Map(pods.map(({metadata}) => [metadata?.name, metadata?.uid]));
  const text = JSON.stringify(object, (_, value) => {
    if (value?.nodeName === '') return {...value, nodeName: SOME_NODE};
    return value?.kind === 'Pod' && uids.has(value.name) ? {...value, uid: uids.get(value.name)} : value;
  });
  return JSON.parse(text) as T;
}

/** A slice as the controller that keeps it has labelled it. */
export function keptSlice(slice: KubernetesObject, service: KubernetesObject, manager: string): KubernetesObject {
  const {name = '', namespace = ''} = service.metadata ?? {};
  const labels = {'kubernetes.io/service-name': name, 'endpointslice.kubernetes.io/managed-by': manager, ...slice.metadata?.labels};
  return {...slice, metadata: {...slice.metadata, namespace, labels}};
}
