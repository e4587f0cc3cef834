import {setTimeout as delay} from 'node:timers/promises';
import {checkSource} from '../../../src/flows/check-services.ts';
import {clusterSource, type KubeClient} from '../../../src/kube/index.ts';
import type {KubernetesObject} from '../../../src/model/index.ts';
import type {Variant} from './gallery-run.ts';
import {untilInhabitable} from './perform.ts';
import {objectsOf, REAL_CASES, type RealCase} from './real-cases.ts';
import {apply, pathOf} from './writes.ts';

const PATIENCE_MS = 120_000;

export interface RealOutcome {
  readonly namespace: string;
  /** The codes in the end. */
  readonly found: readonly string[];
  /** The findings in the end, in full. */
  readonly note: string;
}

/** Lets the cluster's own kubelets run the cases until each is as it is to be; by `CODE VARIANT`. They stay. */
export async function runRealCases(client: KubeClient, prefix: string): Promise<ReadonlyMap<string, RealOutcome>> {
  const runs = REAL_CASES.flatMap((one) => (['broken', 'fine'] as const).map((variant) => runOne(client, one, variant, prefix)));
  return new Map(await Promise.all(runs));
}

export function expectedOf({code, beside = []}: RealCase, variant: Variant): readonly string[] {
  return variant === 'broken' ? [...beside, code].toSorted() : [];
}

async function runOne(client: KubeClient, one: RealCase, variant: Variant, prefix: string): Promise<readonly [string, RealOutcome]> {
  const namespace = `${prefix}-real-${one.code.slice(3)}${variant.charAt(0)}`;
  const objects = objectsOf(one[variant], namespace);
  await apply(client, {apiVersion: 'v1', kind: 'Namespace', metadata: {name: namespace}});
  await untilInhabitable(client, namespace);
  for (const object of objects) await apply(client, object);
  const expected = expectedOf(one, variant);
  const leaving = objects.slice(1).filter((_, index) => one[variant].pods?.[index]?.leaves === true);
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const left = await sendAway(client, leaving);
    const flags = {namespace, 'all-namespaces': false, recursive: false};
    const {findings} = await checkSource(clusterSource(client), [], flags, Date.now());
    const found = [...new Set(findings.map(({code}) => code))].toSorted();
    const settled = left && (await isSettled(client, objects.slice(1)));
    if ((settled && found.join() === expected.join()) || Date.now() > deadline) {
      return [`${one.code} ${variant}`, {namespace, found, note: JSON.stringify(findings)}] as const;
    }
    await delay(300);
  }
}

/** Deletes those that are ready; whether all are on their way. */
async function sendAway(client: KubeClient, pods: readonly KubernetesObject[]): Promise<boolean> {
  const now = await Promise.all(pods.map(async (pod) => (await client.get(pathOf(pod))) as KubernetesObject));
  for (const pod of now.filter(isReady)) {
    if (pod.metadata?.deletionTimestamp === undefined) await client.send({method: 'DELETE', path: pathOf({...pod, kind: 'Pod'})});
  }
  return now.every(({metadata}) => metadata?.deletionTimestamp !== undefined);
}

/** Whether the kubelets or the scheduler have said something of each pod: before, all of them only seem to be starting. */
async function isSettled(client: KubeClient, pods: readonly KubernetesObject[]): Promise<boolean> {
  const now = await Promise.all(pods.map(async (pod) => (await client.get(pathOf(pod))) as KubernetesObject));
  return now.every(({status}) => ((status as {conditions?: readonly object[]}).conditions ?? []).length > 0);
}

function isReady({status}: KubernetesObject): boolean {
  const {conditions = []} = status as {conditions?: readonly {type: string; status: string}[]};
  return conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True');
}

/** Takes the cases away; the cluster finishes that by itself. */
export async function endRealCases(client: KubeClient, outcomes: ReadonlyMap<string, RealOutcome>): Promise<void> {
  for (const {namespace} of outcomes.values()) {
    const path = `/api/v1/namespaces/${namespace}`;
    await client.send({method: 'DELETE', path: `${path}/pods`, query: {gracePeriodSeconds: 0}});
    await client.send({method: 'DELETE', path});
  }
}
