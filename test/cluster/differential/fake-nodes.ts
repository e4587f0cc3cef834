import type {KubeClient} from '../../../src/kube/index.ts';
import type {KubernetesObject} from '../../../src/model/index.ts';
import {create, merge} from '../genuine/cluster.ts';
import type {Random} from './random.ts';

// Nodes without a kubelet: whatever pods on them are said to be stays as it is written. Nothing is scheduled to them and no load
// balancer sends them anything; their heartbeats come from here, so that the node controller leaves them alone.

const LABEL = 'kiada-test-node';
const ZONE = 'topology.kubernetes.io/zone';
const HEARTBEAT_MS = 5000;

export const FAKE_NODES: readonly string[] = [1, 2, 3, 4, 5, 6].map((number) => `kiada-test-${number}`);

export interface FakeNodes {
  /** New zones, sizes and conditions for all of them. */
  shuffle(random: Random): Promise<void>;
  remove(): Promise<void>;
}

/** Makes the nodes, in place of those that an earlier run may have left. */
export async function makeFakeNodes(client: KubeClient): Promise<FakeNodes> {
  const remove = () => client.send({method: 'DELETE', path: '/api/v1/nodes', query: {labelSelector: LABEL}});
  await remove();
  const ready = new Map<string, boolean>();
  for (const name of FAKE_NODES) {
    await create(client, '/api/v1/nodes', {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {name, labels: {[LABEL]: '', 'node.kubernetes.io/exclude-from-external-load-balancers': ''}},
      spec: {unschedulable: true, taints: [{key: LABEL, effect: 'NoSchedule'}]},
    });
    ready.set(name, true);
    await beat(client, name, true, '1');
  }
  let failure: unknown;
  const timer = setInterval(() => {
    for (const [name, isReady] of ready) {
      beat(client, name, isReady).catch((error: unknown) => {
        failure = error;
      });
    }
  }, HEARTBEAT_MS);
  return {
    async shuffle(random) {
      if (failure !== undefined) throw failure;
      const orderly = random.chance(0.7);
      for (const name of FAKE_NODES) {
        const zone = orderly || random.chance(0.8) ? random.pick(['zone-a', 'zone-b', 'zone-c']) : null;
        const control = random.chance(0.15) ? '' : null;
        ready.set(name, random.chance(0.85));
        await beat(client, name, ready.get(name) ?? true, random.pick(['500m', '1', '2', '4']));
        // the EndpointSlice controller takes note of sizes only when a zone or a condition changes: that comes last, and always
        for (const value of ['zone-x', zone]) {
          await merge(client, `/api/v1/nodes/${name}`, {
            metadata: {labels: {[ZONE]: value, 'node-role.kubernetes.io/control-plane': control}},
          });
        }
      }
    },
    async remove() {
      clearInterval(timer);
      await remove();
    },
  };
}

async function beat(client: KubeClient, name: string, ready: boolean, cpu?: string): Promise<KubernetesObject> {
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const condition = {type: 'Ready', status: ready ? 'True' : 'False', reason: 'Test', lastHeartbeatTime: now, lastTransitionTime: now};
  const size = cpu === undefined ? {} : {allocatable: {cpu}, capacity: {cpu}};
  return merge(client, `/api/v1/nodes/${name}/status`, {status: {conditions: [condition], ...size}});
}
