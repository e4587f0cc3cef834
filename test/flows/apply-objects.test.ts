import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {describe, expect, it, onTestFinished} from 'vitest';
import {applyFlow, deleteFlow} from '../../src/flows/apply-objects.ts';
import type {ApplyResult, KubernetesObject} from '../../src/model/index.ts';
import type {Api} from '../../src/sandbox/api.ts';
import {apiCluster} from './api-cluster.ts';

const FLAGS = {recursive: false, wait: false, timeout: 10_000, 'dry-run': 'none', 'force-conflicts': false, prune: false};
const quiet = () => {};
const words = ({objects}: ApplyResult) => objects.map(({kind, name, action}) => `${kind}/${name} ${action}`);

function file(text: string): string {
  const root = mkdtempSync(path.join(tmpdir(), 'apply-'));
  onTestFinished(() => rmSync(root, {recursive: true}));
  writeFileSync(path.join(root, 'a.yaml'), text);
  return path.join(root, 'a.yaml');
}

/** A namespace of its own, as the controllers make it: with its service account. */
function shop(api: Api): void {
  api.create('namespaces', {metadata: {name: 'shop'}});
  api.create('serviceaccounts', {metadata: {name: 'default', namespace: 'shop'}});
}

const POD = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: main, image: nginx}]}
`;
const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: nginx}]}
`;

describe('setups', () => {
  it('go to the namespace that is asked for, and are there only once', async () => {
    const {source, api} = await apiCluster();
    shop(api);
    const first = await applyFlow(source, ['quiz', 'quiz'], {...FLAGS, namespace: 'shop'}, quiet);
    expect(words(first)).toContain('Service/quiz created');
    expect(new Set(words(first)).size).toBe(first.objects.length);
    expect(first.objects.every(({namespace}) => namespace === 'shop')).toBe(true);
    const again = await applyFlow(source, ['quiz'], {...FLAGS, namespace: 'shop'}, quiet);
    expect(new Set(again.objects.map(({action}) => action))).toEqual(new Set(['unchanged']));
    const gone = await deleteFlow(source, ['quiz'], {...FLAGS, namespace: 'shop'});
    expect(new Set(gone.objects.map(({action}) => action))).toEqual(new Set(['deleted']));
    expect(api.get('services', 'shop', 'quiz')).toBeNull();
  });

  it('that do not exist are answered with what is near', async () => {
    const {source} = await apiCluster();
    await expect(applyFlow(source, ['qiuz'], FLAGS, quiet)).rejects.toMatchObject({
      code: 'SETUP_NOT_FOUND',
      exitCode: 3,
      hint: 'Did you mean: quiz',
    });
  });

  it('lose with --prune what they no longer have, but nothing that others made', async () => {
    const {source, api} = await apiCluster();
    shop(api);
    const labels = {'kiada.dev/setup': 'quiz'};
    const old = file(`apiVersion: v1\nkind: ConfigMap\nmetadata: {name: old, labels: {kiada.dev/setup: quiz}}\n`);
    await applyFlow(source, [], {...FLAGS, namespace: 'shop', filename: [old]}, quiet);
    api.create('configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {name: 'copied', namespace: 'shop', labels},
    } as KubernetesObject);
    const pruned = await applyFlow(source, ['suite'], {...FLAGS, namespace: 'shop', prune: true}, quiet);
    expect(words(pruned).filter((word) => word.endsWith('deleted'))).toEqual(['ConfigMap/old deleted']);
    expect(api.get('configmaps', 'shop', 'copied')).not.toBeNull();
    await expect(applyFlow(source, [], {...FLAGS, filename: [old], prune: true}, quiet)).rejects.toMatchObject({code: 'USAGE'});
  });

  it('or files must be named', async () => {
    const {source} = await apiCluster();
    await expect(applyFlow(source, [], FLAGS, quiet)).rejects.toMatchObject({code: 'USAGE', message: 'nothing is named to work on'});
  });
});

describe('a namespace and its pods in one invocation', () => {
  it('wait for the service account that pods need, which a controller makes', async () => {
    const {source, api} = await apiCluster();
    const both = file(
      `apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n${POD.replace('name: web', 'name: web, namespace: shop')}`,
    );
    const unwatch = api.watch(({resource, type, object}) => {
      if (resource !== 'namespaces' || type !== 'ADDED') return;
      setTimeout(() => api.create('serviceaccounts', {metadata: {name: 'default', namespace: object.metadata?.name ?? ''}}), 50);
    });
    expect(words(await applyFlow(source, [], {...FLAGS, filename: [both]}, quiet))).toEqual(['Namespace/shop created', 'Pod/web created']);
    unwatch();
  });
});

describe('apply --wait', () => {
  it('returns when the pods are ready, and says how far it is', async () => {
    const {source, api} = await apiCluster();
    const said: string[] = [];
    const waiting = applyFlow(source, [], {...FLAGS, filename: [file(POD)], wait: true}, (text) => said.push(text));
    await expect.poll(() => said).toEqual(['0 of 1 ready']);
    const pod = api.get('pods', 'default', 'web') as KubernetesObject;
    api.update('pods', {...pod, status: {phase: 'Running', conditions: [{type: 'Ready', status: 'True'}]}}, {subresource: 'status'});
    expect(words(await waiting)).toEqual(['Pod/web created']);
    expect(said).toEqual(['0 of 1 ready', '1 of 1 ready']);
  });

  it('waits for the newest pods of a workload', async () => {
    const {source, api} = await apiCluster();
    const said: string[] = [];
    const waiting = applyFlow(source, [], {...FLAGS, filename: [file(DEPLOYMENT)], wait: true}, (text) => said.push(text));
    await expect.poll(() => said).toEqual(['0 of 1 ready']);
    const write = (status: object) => {
      const deployment = api.get('deployments', 'default', 'web') as KubernetesObject;
      api.update('deployments', {...deployment, status}, {subresource: 'status'});
    };
    const full = {observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2, readyReplicas: 2};
    write({...full, availableReplicas: 1});
    write(full);
    await waiting;
    expect(said).toEqual(['0 of 1 ready', '1 of 1 ready']);
  });

  it('names what is not ready when the time is over', async () => {
    const {source} = await apiCluster();
    await expect(applyFlow(source, [], {...FLAGS, filename: [file(POD)], wait: true, timeout: 100}, quiet)).rejects.toMatchObject({
      code: 'TIMED_OUT',
      exitCode: 124,
      message: 'not ready after 0.1 s: pod/web',
    });
  });
});
