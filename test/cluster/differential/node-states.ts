import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import type {KubeClient} from '../../../src/kube/index.ts';
import type {KubernetesObject} from '../../../src/model/index.ts';
import {merge} from '../genuine/cluster.ts';
import {RIG} from '../genuine/rig.ts';
import {until} from '../genuine/until.ts';
import type {Random} from './random.ts';

const ZONE = 'topology.kubernetes.io/zone';
const EXCLUDED = 'node.kubernetes.io/exclude-from-external-load-balancers';
const NODES = ['node1', 'node2', 'node3'];
const run = promisify(execFile);

/** The rig's nodes in states that differ from one round to the next. */
export interface NodeStates {
  /** Other zones, some nodes in none, and some left out by load balancers. */
  shuffle(random: Random): Promise<void>;
  /** Lets a node's kubelet fall silent, and waits until the node counts as not ready; what it forwards goes on. */
  silence(name: string): Promise<void>;
  /** Everything as it was found. */
  restore(): Promise<void>;
}

export async function openNodeStates(client: KubeClient): Promise<NodeStates> {
  const found = new Map<string, KubernetesObject>();
  for (const name of NODES) found.set(name, (await client.get(`/api/v1/nodes/${name}`)) as KubernetesObject);
  const silent = new Set<string>();
  const label = (name: string, labels: Readonly<Record<string, string | null>>) =>
    merge(client, `/api/v1/nodes/${name}`, {metadata: {labels}});
  const untilReady = (name: string, wanted: boolean) =>
    until(`${name} ${wanted ? 'ready' : 'not ready'}`, async () => (await isReady(client, name)) === wanted, 90_000);
  return {
    async shuffle(random) {
      for (const name of NODES) {
        const zone = random.chance(0.1) ? null : random.pick(['zone-a', 'zone-b', 'zone-c']);
        await label(name, {[ZONE]: zone, [EXCLUDED]: random.chance(0.1) ? '' : null});
      }
    },
    async silence(name) {
      await signalKubelet(name, 'STOP');
      silent.add(name);
      await untilReady(name, false);
    },
    async restore() {
      for (const name of silent) await signalKubelet(name, 'CONT');
      for (const [name, {metadata}] of found) {
        await label(name, {[ZONE]: metadata?.labels?.[ZONE] ?? null, [EXCLUDED]: metadata?.labels?.[EXCLUDED] ?? null});
        await untilReady(name, true);
      }
      silent.clear();
    },
  };
}

/** Within the node's own process namespace, where there is one kubelet. */
async function signalKubelet(node: string, signal: 'STOP' | 'CONT'): Promise<void> {
  await run(RIG ?? '', [`@${node}`, 'pkill', `-${signal}`, '-x', 'kubelet']);
}

async function isReady(client: KubeClient, name: string): Promise<boolean> {
  const {status} = (await client.get(`/api/v1/nodes/${name}`)) as KubernetesObject;
  const {conditions = []} = status as {conditions?: readonly {type: string; status: string}[]};
  return conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True');
}
