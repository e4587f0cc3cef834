import type {ClusterView, KubernetesObject, ViewOptions} from '../../src/model/index.ts';
import {viewOf} from '../../src/routing/index.ts';

/** A cluster as the reference rig has it: three nodes in three zones, pods t-1..3, one on each; t-1 and t-2 answer. */
export function rig(services: readonly KubernetesObject[], options: Partial<ViewOptions> = {}): ClusterView {
  const nodes = [1, 2, 3].map((number) => node(number));
  const pods = [1, 2, 3].map((number) => pod(`t-${number}`, `node${number}`, podIP(number)));
  return viewOf([...nodes, ...pods, ...services], {serviceCIDRs: ['10.96.0.0/16'], masqueradeToPodGateway: true, ...options});
}

export const nodeIP = (number: number) => `172.30.0.${10 + number}`;
export const podIP = (number: number) => `10.244.${number}.5`;

export function node(number: number): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {name: `node${number}`, labels: {'topology.kubernetes.io/zone': `zone-${'abc'[number - 1]}`}},
    spec: {podCIDRs: [`10.244.${number}.0/24`, `fd00:10:244:${number}::/64`]},
    status: {
      addresses: [
        {type: 'InternalIP', address: nodeIP(number)},
        {type: 'InternalIP', address: `fd00:30::${10 + number}`},
      ],
      conditions: [{type: 'Ready', status: 'True'}],
    },
  };
}

export function pod(name: string, nodeName: string, ip: string): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {name, namespace: 'default'},
    spec: {nodeName, containers: []},
    status: {phase: 'Running', podIPs: [{ip}], conditions: [{type: 'Ready', status: 'True'}]},
  };
}

/** A Service `t` with port 80 -> 8080, and node port and load balancer address where its type has them. */
export function service(spec: Record<string, unknown>, name = 't'): KubernetesObject {
  const type = spec['type'] ?? 'ClusterIP';
  const nodePort = type === 'ClusterIP' ? {} : {nodePort: 30_080};
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {name, namespace: 'default'},
    spec: {clusterIP: '10.96.0.50', ports: [{port: 80, targetPort: 8080, ...nodePort}], ...spec},
    status: type === 'LoadBalancer' ? {loadBalancer: {ingress: [{ip: '172.32.0.1'}]}} : {},
  };
}

/** One IPv4 slice of Service `t`; endpoints t-1 and t-2 unless others are given. */
export function slice(
  endpoints: readonly Record<string, unknown>[] = [endpoint(1), endpoint(2)],
  fields: KubernetesObject = {},
): KubernetesObject {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {name: 't-1', namespace: 'default', labels: {'kubernetes.io/service-name': 't'}},
    addressType: 'IPv4',
    ports: [{name: '', protocol: 'TCP', port: 8080}],
    endpoints,
    ...fields,
  };
}

export function endpoint(number: number, fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    addresses: [podIP(number)],
    conditions: {ready: true, serving: true, terminating: false},
    nodeName: `node${number}`,
    zone: `zone-${'abc'[number - 1]}`,
    targetRef: {kind: 'Pod', name: `t-${number}`, namespace: 'default'},
    ...fields,
  };
}
