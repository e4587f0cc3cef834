import type {KubernetesObject} from '../../../src/model/index.ts';
import {createNetwork, type NetworkOptions, type SandboxNetwork} from '../../../src/sandbox/network/network.ts';
import type {SandboxPodNamespace} from '../../../src/sandbox/network/pod-namespace.ts';
import type {AttachedPod} from '../../../src/sandbox/pod-network.ts';
import {viewOf} from '../../../src/view/index.ts';

/** Three nodes in three zones, as the sandbox has them, and what a test adds. */
export function nodeObject(number: number): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: `sandbox-${number}`,
      labels: {'topology.kubernetes.io/zone': `zone-${'abc'[number - 1]}`, 'kubernetes.io/hostname': `sandbox-${number}`},
    },
    spec: {podCIDRs: [`10.244.${number}.0/24`, `fd00:10:244:${number}::/64`]},
    status: {
      addresses: [
        {type: 'InternalIP', address: `172.18.0.${number + 1}`},
        {type: 'InternalIP', address: `fd00:172:18::${number + 1}`},
      ],
      conditions: [{type: 'Ready', status: 'True'}],
    },
  };
}

export interface PodSpec {
  readonly name: string;
  readonly node: number;
  readonly ready?: boolean;
  readonly terminating?: boolean;
}

export function podIP(spec: PodSpec, index: number): string {
  return `10.244.${spec.node}.${index + 10}`;
}

export function serviceObject(name: string, spec: Record<string, unknown>, status: Record<string, unknown> = {}): KubernetesObject {
  return {apiVersion: 'v1', kind: 'Service', metadata: {name, namespace: 'kiada'}, spec, status};
}

export function sliceObject(
  service: string,
  endpoints: readonly Record<string, unknown>[],
  addressType = 'IPv4',
  port = 8080,
  protocol = 'TCP',
): KubernetesObject {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {name: `${service}-${addressType.toLowerCase()}`, namespace: 'kiada', labels: {'kubernetes.io/service-name': service}},
    addressType,
    ports: [{name: '', port, protocol}],
    endpoints,
  } as KubernetesObject;
}

export function endpointOf(spec: PodSpec, index: number): Record<string, unknown> {
  const ready = (spec.ready ?? true) && !spec.terminating;
  return {
    addresses: [podIP(spec, index)],
    conditions: {ready, serving: spec.ready ?? true, terminating: spec.terminating ?? false},
    nodeName: `sandbox-${spec.node}`,
    zone: `zone-${'abc'[spec.node - 1]}`,
    targetRef: {kind: 'Pod', namespace: 'kiada', name: spec.name},
  };
}

/** A network over a view that the test can change. */
export interface TestCluster {
  readonly network: SandboxNetwork;
  objects: KubernetesObject[];
  attach(spec: PodSpec, index: number, more?: Partial<AttachedPod>): SandboxPodNamespace;
  /** A pod whose server answers each connection with its name and the address it saw, then closes. */
  serve(spec: PodSpec, index: number, port?: number): SandboxPodNamespace;
}

export function testCluster(objects: readonly KubernetesObject[], options: Partial<NetworkOptions> = {}): TestCluster {
  const cluster: {objects: KubernetesObject[]} = {objects: [nodeObject(1), nodeObject(2), nodeObject(3), ...objects]};
  let built: {from: KubernetesObject[]; view: ReturnType<typeof viewOf>} | null = null;
  const view = () => {
    if (built?.from !== cluster.objects) built = {from: cluster.objects, view: viewOf(cluster.objects, {serviceCIDRs: ['10.96.0.0/16']})};
    return built.view;
  };
  const network = createNetwork({view, ...options});
  const attach: TestCluster['attach'] = (spec, index, more = {}) =>
    network.attach({
      namespace: 'kiada',
      name: spec.name,
      uid: spec.name,
      node: `sandbox-${spec.node}`,
      ips: [podIP(spec, index), `fd00:10:244:${spec.node}::${index + 10}`],
      hostNetwork: false,
      resolver: {
        nameservers: ['10.96.0.10'],
        search: ['kiada.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
        options: ['ndots:5'],
      },
      hosts: new Map([['localhost', ['127.0.0.1', '::1']]]),
      ...more,
    });
  return Object.assign(cluster, {
    network,
    attach,
    serve(spec: PodSpec, index: number, port = 8080) {
      const pod = attach(spec, index);
      pod.listen({port}, (connection) => {
        connection.end(`${spec.name} ${connection.remoteAddress}`);
      });
      return pod;
    },
  });
}

export async function replyOf(connection: AsyncIterable<Buffer>): Promise<string> {
  let reply = '';
  for await (const chunk of connection) reply += chunk;
  return reply;
}
