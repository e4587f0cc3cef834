import type {KubernetesObject} from '../../../model/index.ts';
import {apiTime, type KubeletContext} from '../context.ts';

/** A node of the sandbox. */
export interface NodeSpec {
  readonly name: string;
  readonly zone: string | null;
  /** Its own addresses, the primary one first, one of each family at the most. */
  readonly addresses: readonly string[];
  /** Ranges for its pods, one of each family at the most. */
  readonly podCIDRs: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

/** What every node of the sandbox claims to have. Nothing is measured against it but the scheduler's sums. */
export const NODE_CAPACITY = {cpu: '4', memory: '8Gi', pods: '110', 'ephemeral-storage': '64Gi'} as const;

const VERSION = 'v1.37.2';

/** The Node as a kubelet registers it. */
export function newNode(spec: NodeSpec): KubernetesObject {
  const [first] = spec.podCIDRs;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: spec.name,
      labels: {
        'beta.kubernetes.io/arch': 'amd64',
        'beta.kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': spec.name,
        'kubernetes.io/os': 'linux',
        ...(spec.zone ? {'topology.kubernetes.io/zone': spec.zone, 'topology.kubernetes.io/region': 'sandbox'} : {}),
        ...spec.labels,
      },
    },
    spec: {...(first ? {podCIDR: first, podCIDRs: [...spec.podCIDRs]} : {}), providerID: `kiada://sandbox/${spec.name}`},
  };
}

const CONDITIONS = [
  {type: 'MemoryPressure', status: 'False', reason: 'KubeletHasSufficientMemory', message: 'kubelet has sufficient memory available'},
  {type: 'DiskPressure', status: 'False', reason: 'KubeletHasNoDiskPressure', message: 'kubelet has no disk pressure'},
  {type: 'PIDPressure', status: 'False', reason: 'KubeletHasSufficientPID', message: 'kubelet has sufficient PID available'},
  {type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status'},
] as const;

/** Tells the API server that the node is there and well. Registers it where it is unknown. */
export function postNodeStatus(spec: NodeSpec, context: KubeletContext): void {
  if (!context.api.get('nodes', '', spec.name)) context.api.create('nodes', newNode(spec));
  const now = apiTime(context.clock.now());
  context.api.change(
    'nodes',
    '',
    spec.name,
    (draft) => {
      const before: readonly {type: string; status: string; lastTransitionTime?: string}[] = draft.status?.conditions ?? [];
      const own = CONDITIONS.map((condition) => {
        const old = before.find(({type}) => type === condition.type);
        const lastTransitionTime = old?.status === condition.status ? (old.lastTransitionTime ?? now) : now;
        return {...condition, lastHeartbeatTime: now, lastTransitionTime};
      });
      const foreign = before.filter(({type}) => !CONDITIONS.some((condition) => condition.type === type));
      draft.status = {...draft.status, ...nodeStatus(spec), conditions: [...foreign, ...own]};
      return undefined;
    },
    {subresource: 'status'},
  );
}

function nodeStatus(spec: NodeSpec) {
  return {
    addresses: [...spec.addresses.map((address) => ({type: 'InternalIP', address})), {type: 'Hostname', address: spec.name}],
    capacity: {...NODE_CAPACITY},
    allocatable: {...NODE_CAPACITY},
    daemonEndpoints: {kubeletEndpoint: {Port: 10250}},
    nodeInfo: {
      architecture: 'amd64',
      bootID: spec.name,
      machineID: spec.name,
      systemUUID: spec.name,
      operatingSystem: 'linux',
      kernelVersion: 'none',
      osImage: 'kiada sandbox',
      containerRuntimeVersion: 'kiada://1.0',
      kubeletVersion: VERSION,
      kubeProxyVersion: '',
    },
  };
}

const LEASE_SECONDS = 40;

/** Renews the node's Lease: the sign of life that the node controller looks for. */
export function renewLease(spec: NodeSpec, context: KubeletContext): void {
  const renewTime = new Date(context.clock.now()).toISOString().replace('Z', '000Z');
  const renewed = context.api.change('leases', 'kube-node-lease', spec.name, (draft) => {
    draft.spec = {...draft.spec, holderIdentity: spec.name, leaseDurationSeconds: LEASE_SECONDS, renewTime};
    return undefined;
  });
  if (renewed || !context.api.get('namespaces', '', 'kube-node-lease')) return;
  context.api.create('leases', {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {name: spec.name, namespace: 'kube-node-lease'},
    spec: {holderIdentity: spec.name, leaseDurationSeconds: LEASE_SECONDS, renewTime},
  });
}
