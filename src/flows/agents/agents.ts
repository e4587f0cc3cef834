import {ApiRefusal, type KubeClient} from '../../kube/index.ts';
import type {KubernetesObject, Vantage} from '../../model/index.ts';
import type {Agent, AgentOptions} from './agent.ts';
import {networkOf, POD_NETWORK} from './agent-manifests.ts';
import {startInPod} from './start-in-pod.ts';
import {startJob} from './start-job.ts';

/** The agents of one command: one per vantage, started when first needed, all taken away at the end and at Ctrl-C. */
export interface Agents {
  agentAt(vantage: Exclude<Vantage, {kind: 'Outside'}>): Promise<Agent>;
  /** Another in place of one that cannot be reached any more; whoever asks first has it started. */
  renew(vantage: Exclude<Vantage, {kind: 'Outside'}>, lost: Agent): Promise<Agent>;
  /** Several in one Job, spread over the nodes. */
  spread(count: number): Promise<readonly Agent[]>;
  close(): Promise<void>;
}

export function agentsOf(
  client: KubeClient,
  readPod: (namespace: string, name: string) => Promise<KubernetesObject | null>,
  options: AgentOptions,
): Agents {
  const started = new Map<string, Promise<Agent>>();
  const all: Promise<readonly Agent[]>[] = [];
  const close = async () => {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
    const agents = (await Promise.all(all.map((starting) => starting.catch(() => [])))).flat();
    await Promise.all(agents.map((agent) => agent.close()));
  };
  const onInterrupt = () => void close().finally(() => process.exit(130));
  if (options.signal === null) process.once('SIGINT', onInterrupt);
  process.once('SIGTERM', onInterrupt);
  const keep = <Started extends Promise<readonly Agent[]>>(starting: Started): Started => {
    all.push(starting);
    starting.catch(() => {}); // told to whoever asked for it
    return starting;
  };
  let told = false;
  const tellOfRecord = (pod: string) => {
    if (!told) options.say(`an agent runs in pod/${pod} as an ephemeral container; its record stays in the pod until the pod goes`);
    told = true;
  };
  const start = async (vantage: Exclude<Vantage, {kind: 'Outside'}>): Promise<readonly Agent[]> => {
    if (vantage.kind === 'Node') {
      const dnsPolicy = options.nodeResolver ? 'Default' : 'ClusterFirstWithHostNet';
      const network = {hostNetwork: true, dnsPolicy};
      return startJob(client, {count: 1, node: vantage.name, network}, options, `node/${vantage.name}`);
    }
    try {
      return [await startInPod(client, vantage, options, () => tellOfRecord(vantage.name))];
    } catch (error) {
      if (!(error instanceof ApiRefusal)) throw error;
      // no right to put a container into the pod: a pod of our own on the same node is the nearest place
      const pod = await readPod(vantage.namespace, vantage.name);
      const node = ((pod?.['spec'] ?? {}) as {nodeName?: string}).nodeName ?? null;
      const at = `a pod on node ${node ?? ''} beside pod/${vantage.name}`;
      return startJob(client, {count: 1, node, network: networkOf(pod)}, options, at);
    }
  };
  const agentAt = (vantage: Exclude<Vantage, {kind: 'Outside'}>): Promise<Agent> => {
    let agent = started.get(keyOf(vantage));
    if (agent === undefined) {
      agent = keep(start(vantage)).then(([first]) => first as Agent);
      started.set(keyOf(vantage), agent);
      // one that did not come up may do so another time
      agent.catch(() => started.delete(keyOf(vantage)));
    }
    return agent;
  };
  return {
    agentAt,
    async renew(vantage, lost) {
      const present = await started.get(keyOf(vantage))?.catch(() => null);
      if (present === lost) {
        started.delete(keyOf(vantage));
        void lost.close();
      }
      return agentAt(vantage);
    },
    spread: (count) => keep(startJob(client, {count, node: null, network: POD_NETWORK}, options, 'the cluster')),
    close,
  };
}

function keyOf(vantage: Exclude<Vantage, {kind: 'Outside'}>): string {
  return vantage.kind === 'Node' ? `node ${vantage.name}` : `pod ${vantage.namespace}/${vantage.name}`;
}
