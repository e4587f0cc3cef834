import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import type {KubeClient} from '../../src/kube/index.ts';
import {kiada} from './genuine/cli.ts';
import {create, describeOnCluster} from './genuine/cluster.ts';
import {ownNamespace} from './genuine/own-namespace.ts';
import {deployWeb} from './genuine/web.ts';

const COMMANDS: readonly (readonly string[])[] = [
  ['svc', 'list'],
  ['svc', 'describe'],
  ['svc', 'check', '--min-severity', 'info'],
  ['svc', 'env'],
  ['svc', 'route', 'web', '--from', 'pod/caller'],
  ['svc', 'route', 'web-balanced', '--matrix'],
  ['svc', 'route', 'web-headless', '--from', 'pod/caller'],
  ['svc', 'route', 'elsewhere', '--from', 'pod/caller'],
  ['svc', 'route', 'web', '--with-replicas', '5'],
  ['endpoints', 'list'],
  ['dns', 'records'],
  ['dns', 'resolve', 'web', '--from', 'pod/caller', '--predict-only'],
  ['dns', 'resolve', 'absent.default.svc.cluster.local.', '--predict-only'],
];

describeOnCluster('commands on a snapshot of a genuine cluster', () => {
  let client: KubeClient;
  let namespace: string;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kiada-cluster-'));
  const files = {namespace: path.join(folder, 'namespace.yaml'), all: path.join(folder, 'all.json')};
  ownNamespace(deployWeb, (...own) => {
    [namespace, client] = own;
  });
  beforeAll(async () => {
    await create(client, `/api/v1/namespaces/${namespace}/services`, {
      metadata: {name: 'lost'},
      spec: {selector: {app: 'nobody'}, ports: [{port: 80}]},
    });
    await create(client, `/api/v1/namespaces/${namespace}/secrets`, {metadata: {name: 'token'}, stringData: {word: 'sesame-open'}});
    writeFileSync(files.namespace, (await kiada(['snapshot', '-n', namespace])).stdout);
    writeFileSync(files.all, (await kiada(['snapshot', '-A', '-o', 'json'])).stdout);
  });
  afterAll(() => {
    rmSync(folder, {recursive: true});
  });

  for (const command of COMMANDS) {
    it(`kiada ${command.join(' ')} says the same as of the cluster`, async () => {
      const live = await kiada([...command, '-n', namespace, '-o', 'json']);
      expect(live.stderr).toBe('');
      expect(live.stdout.length).toBeGreaterThan(50);
      for (const file of Object.values(files)) {
        const offline = await kiada([...command, '-n', namespace, '-o', 'json', '--snapshot', file]);
        expect([offline.code, offline.stderr]).toEqual([live.code, '']);
        expect(JSON.parse(offline.stdout)).toEqual(JSON.parse(live.stdout));
      }
    });
  }

  it('a snapshot of one namespace stands for that namespace, is read from stdin too, and needs no cluster', async () => {
    const {stdout: text} = await kiada(['svc', 'list', '-n', namespace]);
    const nowhere = path.join(folder, 'no-kubeconfig');
    const offline = await kiada(['svc', 'list', '--snapshot', files.namespace], {kubeconfig: nowhere});
    expect([offline.code, offline.stdout]).toEqual([0, text]);
    const {stdout: snapshot} = await kiada(['snapshot', '-n', namespace]);
    const piped = await kiada(['svc', 'list', '--snapshot', '-'], {kubeconfig: nowhere, input: snapshot});
    expect([piped.code, piped.stdout]).toEqual([0, text]);
    expect(snapshot).not.toContain('sesame-open');
  });

  it('what takes traffic, or time, is refused', async () => {
    for (const command of [
      ['svc', 'describe', 'web', '--probe'],
      ['svc', 'list', '-w'],
    ]) {
      const {code, stderr} = await kiada([...command, '-n', namespace, '--snapshot', files.namespace]);
      expect([code, stderr]).toEqual([4, expect.stringContaining('a snapshot has only objects')]);
    }
  });
});
