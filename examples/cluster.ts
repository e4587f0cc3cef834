import type {KubernetesObject} from 'kiada/routing';

/** A Service with two ready pods on two nodes, as an API server gives them or as manifests have them. */
export const objects: KubernetesObject[] = [
  node('node-1', 'zone-a', '192.168.1.1', '10.1.1.0/24'),
  node('node-2', 'zone-b', '192.168.1.2', '10.1.2.0/24'),
  node('node-3', 'zone-c', '192.168.1.3', '10.1.3.0/24'),
  pod('web-1', 'node-1', '10.1.1.5'),
  pod('web-2', 'node-2', '10.1.2.5'),
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {name: 'web', namespace: 'shop'},
    spec: {
      type: 'NodePort',
      clusterIP: '10.96.0.20',
      selector: {app: 'web'},
      ports: [{name: 'http', port: 80, targetPort: 8080, nodePort: 30080}],
    },
  },
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {name: 'web-abc', namespace: 'shop', labels: {'kubernetes.io/service-name': 'web'}},
    addressType: 'IPv4',
    ports: [{name: 'http', port: 8080, protocol: 'TCP'}],
    endpoints: [endpoint('web-1', 'node-1', 'zone-a', '10.1.1.5'), endpoint('web-2', 'node-2', 'zone-b', '10.1.2.5')],
  },
];

function node(name: string, zone: string, address: string, podCIDR: string): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {name, labels: {'topology.kubernetes.io/zone': zone}},
    spec: {podCIDR, podCIDRs: [podCIDR]},
    status: {addresses: [{type: 'InternalIP', address}], conditions: [{type: 'Ready', status: 'True'}]},
  };
}

function pod(name: string, nodeName: string, podIP: string): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {name, namespace: 'shop', labels: {app: 'web'}},
    spec: {nodeName, containers: [{name: 'web', image: 'nginx'}]},
    status: {phase: 'Running', podIP, podIPs: [{ip: podIP}], conditions: [{type: 'Ready', status: 'True'}]},
  };
}

function endpoint(name: string, nodeName: string, zone: string, address: string) {
  return {addresses: [address], nodeName, zone, conditions: {ready: true}, targetRef: {kind: 'Pod', namespace: 'shop', name}};
}
