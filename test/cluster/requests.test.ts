import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import type {KubeClient} from '../../src/kube/index.ts';
import {kiada} from './genuine/cli.ts';
import {create, describeOnCluster, makeNamespace} from './genuine/cluster.ts';
import {type ListeningProxy, openListeningProxy} from './genuine/listening-proxy.ts';
import {ownNamespace} from './genuine/own-namespace.ts';

const SLICES = '/apis/discovery.k8s.io/v1';

describeOnCluster('what read commands ask of a genuine API server', () => {
  let client: KubeClient;
  let namespace: string;
  let door: ListeningProxy;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kiada-cluster-'));
  const kubeconfig = path.join(folder, 'kubeconfig');
  ownNamespace(makeNamespace, (...own) => {
    [namespace, client] = own;
  });
  beforeAll(async () => {
    await create(client, `/api/v1/namespaces/${namespace}/services`, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {name: 'one'},
      spec: {ports: [{port: 80}]},
    });
    door = await openListeningProxy(client);
    writeFileSync(kubeconfig, door.kubeconfig);
  });
  afterAll(async () => {
    await door.close();
    rmSync(folder, {recursive: true});
  });

  async function askedBy(...args: string[]): Promise<readonly string[]> {
    door.taken();
    const {code, stderr} = await kiada(args, {kubeconfig});
    if (code !== 0) throw new Error(`kiada ${args.join(' ')} ended with ${code}: ${stderr}`);
    return door.taken().map((line) => line.replaceAll(namespace, 'NS').replace(/limit=\d+&?|&limit=\d+/, ''));
  }

  it('version asks for the version alone', async () => {
    expect(await askedBy('version')).toEqual(['GET /version']);
  });

  it('svc describe of one Service asks for its slices and those that name no Service, and for nothing of other namespaces', async () => {
    const asked = await askedBy('svc', 'describe', 'one', '-n', namespace);
    expect(asked.filter((line) => line.includes('endpointslices')).toSorted()).toEqual([
      // a slice that somebody forgot to label is a finding of the Service that it was meant for
      `GET ${SLICES}/namespaces/NS/endpointslices?labelSelector=!kubernetes.io/service-name`,
      `GET ${SLICES}/namespaces/NS/endpointslices?labelSelector=kubernetes.io/service-name+in+(one)`,
    ]);
    expectOnlyNamespace(asked);
  });

  for (const args of [
    ['svc', 'list'],
    ['svc', 'route', 'one', '--from', 'outside'],
    ['endpoints', 'list'],
    ['dns', 'records', 'one'],
  ]) {
    it(`${args.join(' ')} asks once for each kind, and for nothing of other namespaces`, async () => {
      const asked = await askedBy(...args, '-n', namespace);
      expectOnlyNamespace(asked);
      expect(new Set(asked).size).toBe(asked.length);
    });
  }

  it('snapshot asks for no Secrets', async () => {
    const asked = await askedBy('snapshot', '-n', namespace);
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter((line) => /secrets|configmaps/.test(line))).toEqual([]);
  });
});

/** Nodes and what else has no namespace, and whether the cluster has a kind at all, are the only things outside of the namespace. */
function expectOnlyNamespace(asked: readonly string[]): void {
  expect(asked.length).toBeGreaterThan(0);
  const own = asked.filter((line) => line !== 'GET /apis/gateway.networking.k8s.io/v1');
  for (const line of own) expect(line).toMatch(/^GET \/(api|apis\/[^/]+)\/v1\/(namespaces\/NS\/|nodes|servicecidrs)/);
}
