import type {KubernetesObject} from '../../src/model/index.ts';

const NODES = 100;
const ENDPOINTS = 10;

/** Services with ten endpoints each, as the API gives them, over a hundred nodes in three zones; pods are left to the slices. */
export function clusterOf(services: number): {
  readonly objects: readonly KubernetesObject[];
  /** The slice of a Service, with its first endpoint ready or not. */
  readonly slice: (index: number, ready: boolean) => KubernetesObject;
} {
  const objects = [
    ...Array.from({length: NODES}, (_, index) => node(index)),
    ...Array.from({length: services}, (_, index) => service(index)),
    ...Array.from({length: services}, (_, index) => slice(index, true)),
  ];
  return {objects, slice};
}

function node(index: number): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {name: `node-${index}`, labels: {'topology.kubernetes.io/zone': zone(index)}},
    spec: {podCIDR: `10.${64 + Math.floor(index / 256)}.${index % 256}.0/24`},
    status: {
      addresses: [{type: 'InternalIP', address: `172.18.${Math.floor(index / 250)}.${(index % 250) + 2}`}],
      conditions: [{type: 'Ready', status: 'True'}],
    },
  } as unknown as KubernetesObject;
}

function service(index: number): KubernetesObject {
  const clusterIP = `10.96.${Math.floor(index / 250)}.${(index % 250) + 1}`;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {namespace: 'bench', name: `service-${index}`, uid: `s${index}`},
    spec: {
      type: 'ClusterIP',
      clusterIP,
      clusterIPs: [clusterIP],
      ipFamilies: ['IPv4'],
      selector: {app: `app-${index}`},
      ports: [{name: 'http', port: 80, targetPort: 8080, protocol: 'TCP'}],
    },
  } as unknown as KubernetesObject;
}

function slice(index: number, ready: boolean): KubernetesObject {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {namespace: 'bench', name: `service-${index}-abcde`, labels: {'kubernetes.io/service-name': `service-${index}`}},
    addressType: 'IPv4',
    ports: [{name: 'http', port: 8080, protocol: 'TCP'}],
    endpoints: Array.from({length: ENDPOINTS}, (_, position) => {
      const number = index * ENDPOINTS + position;
      return {
        addresses: [`10.${128 + Math.floor(number / 62_500)}.${Math.floor(number / 250) % 250}.${(number % 250) + 1}`],
        conditions: {ready: ready || position > 0, serving: ready || position > 0, terminating: false},
        nodeName: `node-${number % NODES}`,
        zone: zone(number % NODES),
        targetRef: {kind: 'Pod', namespace: 'bench', name: `pod-${number}`},
      };
    }),
  } as unknown as KubernetesObject;
}

function zone(index: number): string {
  return `zone-${'abc'[index % 3]}`;
}
