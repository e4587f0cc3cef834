import type {KubernetesObject} from '../model/index.ts';
import type {Api} from './api.ts';
import {addressesOf, type SandboxShape} from './topology.ts';

/** The API server's port on the virtual network; programs of the host use another, on the loopback. */
export const API_PORT = 6443;

const MANAGER = 'kiada-sandbox';

/** The Services that a cluster has before anybody applies anything, `kubernetes` and `kube-dns`, with their endpoints. What is there already stays. */
export function bootstrap(api: Api, shape: SandboxShape): void {
  const {kubernetes, clusterDNS, controlPlane} = addressesOf(shape);
  ensureService(api, 'default', 'kubernetes', kubernetes, [{name: 'https', port: 443, targetPort: API_PORT}]);
  const https = [{name: 'https', port: API_PORT, protocol: 'TCP'}];
  ensureSlice(api, 'default', 'kubernetes', controlPlane, https);
  ensure(api, 'endpoints', {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {name: 'kubernetes', namespace: 'default', labels: {'endpointslice.kubernetes.io/skip-mirror': 'true'}},
    subsets: [{addresses: [{ip: controlPlane}], ports: https}],
  });
  const dnsPorts = [
    {name: 'dns', port: 53, targetPort: 53, protocol: 'UDP'},
    {name: 'dns-tcp', port: 53, targetPort: 53, protocol: 'TCP'},
  ];
  ensureService(api, 'kube-system', 'kube-dns', clusterDNS, dnsPorts);
  ensureSlice(
    api,
    'kube-system',
    'kube-dns',
    controlPlane,
    dnsPorts.map(({name, port, protocol}) => ({name, port, protocol})),
  );
}

function ensureService(api: Api, namespace: string, name: string, clusterIP: string, ports: readonly object[]): void {
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
    spec: {type: 'ClusterIP', clusterIP, clusterIPs: [clusterIP], ipFamilyPolicy: 'SingleStack', ports: [...ports]},
  });
}

/** Endpoints by hand: the control plane is no pod. */
function ensureSlice(api: Api, namespace: string, service: string, address: string, ports: readonly object[]): void {
  ensure(api, 'endpointslices', {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: service,
      namespace,
      labels: {'kubernetes.io/service-name': service, 'endpointslice.kubernetes.io/managed-by': MANAGER},
    },
    addressType: address.includes(':') ? 'IPv6' : 'IPv4',
    endpoints: [{addresses: [address], conditions: {ready: true}}],
    ports: [...ports],
  });
}

function ensure(api: Api, resource: string, object: KubernetesObject): void {
  const {namespace = '', name = ''} = object.metadata ?? {};
  if (api.get(resource, namespace, name) === null) api.create(resource, object);
}
