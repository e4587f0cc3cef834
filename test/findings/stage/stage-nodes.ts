import type {KubeClient} from '../../../src/kube/index.ts';
import type {KubernetesObject} from '../../../src/model/index.ts';
import {apply, asWritten, report} from './writes.ts';

// Nodes without a kubelet: what is written about them and their pods stays as it is. Those that are said to be ready get their heartbeats
// from here; of the others the node controller thinks what it always thinks of silent nodes.

const HEARTBEAT_MS = 5000;
const LABEL = 'kiada-gallery-node';

export interface StageNodes {
  close(): Promise<void>;
}

interface Condition {
  readonly type: string;
  readonly status: string;
}

export async function makeNodes(client: KubeClient, nodes: readonly KubernetesObject[]): Promise<StageNodes> {
  const remove = () => client.send({method: 'DELETE', path: '/api/v1/nodes', query: {labelSelector: LABEL}});
  await remove(); // those that a run before this one may have left
  await Promise.all(nodes.map((node) => makeNode(client, node)));
  let failure: unknown;
  const timer = setInterval(() => {
    for (const node of nodes.filter(isReady)) {
      report(client, node, {conditions: beating(node)}).catch((error: unknown) => {
        failure ??= error;
      });
    }
  }, HEARTBEAT_MS);
  return {
    async close() {
      clearInterval(timer);
      await remove();
      if (failure !== undefined) throw failure;
    },
  };
}

/** Nothing is scheduled to them, and their pod ranges are not the cluster's to give. */
async function makeNode(client: KubeClient, node: KubernetesObject): Promise<void> {
  const written = asWritten(node);
  const {podCIDR: _cidr, podCIDRs: _cidrs, ...spec} = (node['spec'] ?? {}) as Record<string, unknown>;
  await apply(client, {
    ...written,
    metadata: {...written.metadata, labels: {...written.metadata?.labels, [LABEL]: ''}},
    spec: {...spec, taints: [{key: LABEL, effect: 'NoSchedule'}]},
  });
  await report(client, node, {...(node['status'] as object), conditions: beating(node)});
}

function isReady(node: KubernetesObject): boolean {
  return conditionsOf(node).some(({type, status}) => type === 'Ready' && status === 'True');
}

function beating(node: KubernetesObject): readonly object[] {
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  return conditionsOf(node).map((condition) => ({lastTransitionTime: now, ...condition, lastHeartbeatTime: now}));
}

function conditionsOf(node: KubernetesObject): readonly Condition[] {
  return (node['status'] as {conditions?: readonly Condition[]} | undefined)?.conditions ?? [];
}
