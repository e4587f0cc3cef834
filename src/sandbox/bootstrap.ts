import type {KubernetesObject} from '../model/index.ts';
import type {Api} from './api.ts';
import {addressesOf, familiesOf, type SandboxShape} from './topology.ts';

/** The API server's port on the virtual network; programs of the host use another, on the loopback. */
export const API_PORT = 6443;

const MANAGER = 'kiada-sandbox';

/** The Services that a cluster has before anybody applies anything, `kubernetes` and `kube-dns`, with their endpoints. What is there already stays. */
export function bootstrap(api: Api, shape: SandboxShape): void {
  const {kubernetes, clusterDNS, controlPlane} = addressesOf(shape);
  ensureService(api, shape, 'default', 'kubernetes', kubernetes, [{name: 'https', port: 443, targetPort: API_PORT}]);
  const https = [{name: 'https', port: API_PORT, protocol: 'TCP'}];
  ensureSlices(api, 'default', 'kubernetes', controlPlane, https);
  ensure(api, 'endpoints', {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {name: 'kubernetes', namespace: 'default', labels: {'endpointslice.kubernetes.io/skip-mirror': 'true'}},
    subsets: [{addresses: [{ip: controlPlane[0]}], ports: https}],
  });
  const dnsPorts = [
    {name: 'dns', port: 53, targetPort: 53, protocol: 'UDP'},
    {name: 'dns-tcp', port: 53, targetPort: 53, protocol: 'TCP'},
  ];
  ensureService(api, shape, 'kube-system', 'kube-dns', clusterDNS, dnsPorts);
  ensureSlices(
    api,
    'kube-system',
    'kube-dns',
    controlPlane,
    dnsPorts.map(({name, port, protocol}) => ({name, port, protocol})),
  );
}

function ensureService(
  api: Api,
  shape: SandboxShape,
  namespace: string,
  name: string,
  clusterIPs: readonly string[],
  ports: readonly object[],
): void {
  ensure(api, 'services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      namespace,
      labels:
        name === 'kubernetes'
          ? {component: 'apiserver', provider: 'kubernetes'}
          : {'k8s-app': 'kube-dns', 'kubernetes.io/cluster-service': 'true', 'kubernetes.io/name': 'CoreDNS'},
    },
    spec: {
      type: 'ClusterIP',
      clusterIP: clusterIPs[0],
      clusterIPs: [...clusterIPs],
      ipFamilies: [...familiesOf(shape)],
      ipFamilyPolicy: clusterIPs.length > 1 ? 'RequireDualStack' : 'SingleStack',
      ports: [...ports],
    },
  });
}

/** Endpoints by hand: the control plane is no pod. */
function ensureSlices(api: Api, namespace: string, service: string, addresses: readonly string[], ports: readonly object[]): void {
  for (const address of addresses) {
    const addressType = address.includes(':') ? 'IPv6' : 'IPv4';
    ensure(api, 'endpointslices', {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: addressType === 'IPv4' ? service : `${service}-ipv6`,
        namespace,
        labels: {'kubernetes.io/service-name': service, 'endpointslice.kubernetes.io/managed-by': MANAGER},
      },
      addressType,
      endpoints: [{addresses: [address], conditions: {ready: true}}],
      ports: [...ports],
    });
  }
}

function ensure(api: Api, resource: string, object: KubernetesObject): void {
  const {namespace = '', name = ''} = object.metadata ?? {};
  if (api.get(resource, namespace, name) === null) api.create(resource, object);
}
