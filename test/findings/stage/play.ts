import {setTimeout as delay} from 'node:timers/promises';
import {checkSource} from '../../../src/flows/check-services.ts';
import {ApiRefusal, clusterSource, type KubeClient} from '../../../src/kube/index.ts';
import {sliceDifference} from '../../cluster/differential/slice-difference.ts';
import {perform, performLate, strikeSystem} from './perform.ts';
import type {Script} from './script.ts';
import {windowOn} from './window.ts';
import {report} from './writes.ts';

/** How long the cluster's controllers may take. */
const PATIENCE_MS = 20_000;

export interface Question {
  /** `info` adds advice. */
  readonly minSeverity: 'info' | undefined;
  /** When the check looks. */
  readonly lookAtMs: number;
  /** Whether this is what is to be found. */
  readonly isIt: (found: readonly string[]) => boolean;
}

export interface Answer {
  /** What was found in the end, in the record's words; null where the API server refused an object. */
  readonly found: readonly string[] | null;
  /** The refusal, or what the controllers left undone. */
  readonly note: string;
}

/** Plays a script, waits until the controllers have done their part, and checks until the finding is as it is to be. It stays. */
export async function play(client: KubeClient, script: Script, question: Question): Promise<Answer> {
  try {
    await perform(client, script);
    return await ask(client, script, question);
  } catch (error) {
    if (!(error instanceof ApiRefusal)) throw error;
    return {found: null, note: error.message};
  } finally {
    if (writesSystem(script)) await strikeSystem(client);
  }
}

/** There is one kube-system: a script that writes into it plays alone. */
export function writesSystem({objects}: Script): boolean {
  return objects.some(({metadata}) => metadata?.namespace === 'kube-system');
}

async function ask(client: KubeClient, script: Script, question: Question): Promise<Answer> {
  const deadline = Date.now() + PATIENCE_MS;
  const note = await settle(client, script, deadline - PATIENCE_MS / 2);
  await performLate(client, script);
  for (;;) {
    const found = await check(client, script, question);
    if (question.isIt(found) || Date.now() > deadline) return {found, note};
    await delay(400);
    await reportMadePods(client, script);
  }
}

/** Waits until all slices are as the endpoints core predicts them; returns what is not so in the end. */
async function settle(client: KubeClient, script: Script, deadline: number): Promise<string> {
  const namespace = script.namespaces[0] ?? '';
  for (;;) {
    await reportMadePods(client, script);
    const {objects} = await clusterSource(client).read([
      {resource: 'nodes', namespace: null},
      ...(['services', 'pods', 'endpointslices', 'endpoints'] as const).map((resource) => ({resource, namespace})),
    ]);
    const of = (kind: string) => objects.filter((object) => object.kind === kind);
    const observed = {nodes: of('Node'), services: of('Service'), pods: of('Pod'), slices: of('EndpointSlice'), endpoints: of('Endpoints')};
    const differences = observed.services.flatMap((service) => sliceDifference(observed, service) ?? []);
    if (differences.length === 0 || Date.now() > deadline) return differences.join('\n');
    await delay(400);
  }
}

let lastAddress = 0;

/** Pods that workloads have made are reported as the record has them, else as ready. */
async function reportMadePods(client: KubeClient, {namespaces, podStatus}: Script): Promise<void> {
  const {objects} = await clusterSource(client).read([{resource: 'pods', namespace: namespaces[0] ?? ''}]);
  for (const pod of objects) {
    const {phase} = pod['status'] as {phase?: string};
    if (pod.metadata?.ownerReferences === undefined || phase !== 'Pending') continue;
    lastAddress++;
    const ip = `10.245.${(lastAddress >> 8) & 255}.${lastAddress & 255}`;
    await report(client, pod, {...(podStatus ?? READY), podIP: ip, podIPs: [{ip}]});
  }
}

const READY = {phase: 'Running', conditions: ['PodScheduled', 'ContainersReady', 'Ready'].map((type) => ({type, status: 'True'}))};

async function check(client: KubeClient, script: Script, {minSeverity, lookAtMs}: Question): Promise<readonly string[]> {
  const everywhere = script.namespaces.length > 1 || writesSystem(script);
  const flags = {
    namespace: script.namespaces[0],
    'all-namespaces': everywhere,
    recursive: false,
    'min-severity': minSeverity,
  };
  const {findings} = await checkSource(windowOn(clusterSource(client), script), [], flags, lookAtMs);
  return script.linesOf(findings);
}
