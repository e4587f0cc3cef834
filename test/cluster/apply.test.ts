import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {afterAll, expect, it} from 'vitest';
import type {KubeClient} from '../../src/kube/index.ts';
import type {ApplyResult, KubernetesObject, SetupListResult} from '../../src/model/index.ts';
import {kiada, kiadaJson} from './genuine/cli.ts';
import {create, describeOnCluster, makeNamespace, merge} from './genuine/cluster.ts';
import {ownNamespace} from './genuine/own-namespace.ts';
import {GATE, WEB} from './genuine/web.ts';

describeOnCluster('applying to a genuine cluster', () => {
  let client: KubeClient;
  let namespace: string;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kiada-cluster-'));
  ownNamespace(makeNamespace, (...own) => {
    [namespace, client] = own;
  });
  afterAll(() => {
    rmSync(folder, {recursive: true});
  });
  const write = (name: string, text: string) => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };
  const actions = async (...args: string[]) =>
    (await kiadaJson<ApplyResult>([...args, '-n', namespace])).objects.map(({kind, name, action}) => `${kind}/${name} ${action}`);
  const servicesThere = async () =>
    ((await client.get(`/api/v1/namespaces/${namespace}/services`)) as {items: KubernetesObject[]}).items.map(
      ({metadata}) => metadata?.name,
    );

  it('reports created, then unchanged, then configured; --wait ends when the pods are ready', async () => {
    const first = await actions('apply', '-f', WEB, '--wait', '--timeout', '50s');
    expect(first).toHaveLength(9);
    expect(first.every((line) => line.endsWith(' created'))).toBe(true);
    expect((await actions('apply', '-f', WEB)).every((line) => line.endsWith(' unchanged'))).toBe(true);
    const file = write(
      'elsewhere.yaml',
      'apiVersion: v1\nkind: Service\nmetadata: {name: elsewhere}\nspec: {type: ExternalName, externalName: example.org}\n',
    );
    expect(await actions('apply', '-f', file)).toEqual(['Service/elsewhere configured']);
  });

  it('--wait gives up at its time-out and names the pod that is not ready', async () => {
    const {code, stderr} = await kiada(['apply', '-n', namespace, '-f', GATE, '--wait', '--timeout', '4s']);
    expect(code).toBe(124);
    expect(stderr).toContain('gate');
  });

  it('--dry-run server changes nothing', async () => {
    const file = write('dry.yaml', 'apiVersion: v1\nkind: Service\nmetadata: {name: dry}\nspec: {ports: [{port: 80}]}\n');
    expect(await actions('apply', '-f', file, '--dry-run', 'server')).toEqual(['Service/dry created']);
    expect(await servicesThere()).not.toContain('dry');
  });

  it('a field that another manager owns is a conflict (exit 1), unless --force-conflicts takes it over', async () => {
    const document = (port: number) =>
      `apiVersion: v1\nkind: Service\nmetadata: {name: owned}\nspec:\n  ports:\n    - {port: 80, targetPort: ${port}}\n`;
    const file = write('owned.yaml', document(8081));
    await client.send({
      method: 'PATCH',
      path: `/api/v1/namespaces/${namespace}/services/owned`,
      query: {fieldManager: 'somebody-else'},
      contentType: 'application/apply-patch+yaml',
      body: document(8080),
    });
    const refused = await kiada(['apply', '-n', namespace, '-f', file]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('owned.yaml:');
    expect(refused.stderr).toContain('somebody-else');
    expect(await actions('apply', '-f', file, '--force-conflicts')).toEqual(['Service/owned configured']);
  });

  const bad: readonly (readonly [claim: string, text: string, place: RegExp, words: RegExp])[] = [
    [
      'an unknown field',
      'apiVersion: v1\nkind: Service\nmetadata:\n  name: bad\nspec:\n  prots:\n    - port: 80\n',
      /bad\.yaml:6: /,
      /prots/,
    ],
    [
      'a value that the API refuses',
      'apiVersion: v1\nkind: Service\nmetadata:\n  name: bad\nspec:\n  ports:\n    - port: 80\n      targetPort: 70000\n',
      /bad\.yaml:8: /,
      /between 1 and 65535/,
    ],
    ['a kind that the cluster does not have', 'apiVersion: v1\nkind: Sevrice\nmetadata:\n  name: bad\n', /bad\.yaml:\d+: /, /Sevrice/],
    ['text that is no YAML', 'apiVersion: v1\nkind: Service\nmetadata: {name: bad\n', /bad\.yaml:\d+: /, /./],
  ];
  for (const [claim, text, place, words] of bad) {
    it(`${claim}: the file and line are named, and nothing of the invocation is applied`, async () => {
      const good = write('good.yaml', 'apiVersion: v1\nkind: Service\nmetadata: {name: good}\nspec: {ports: [{port: 80}]}\n');
      const {code, stderr} = await kiada(['apply', '-n', namespace, '-f', good, '-f', write('bad.yaml', text)]);
      expect(code).toBe(2);
      expect(stderr).toMatch(place);
      expect(stderr).toMatch(words);
      expect(await servicesThere()).not.toContain('good');
    });
  }

  it('a refusal that no dry run foresees names its place too', async () => {
    // the API server looks at the range of node ports only when it allocates for good
    const file = write(
      'range.yaml',
      'apiVersion: v1\nkind: Service\nmetadata:\n  name: range\nspec:\n  type: NodePort\n  ports:\n    - port: 80\n      nodePort: 1\n',
    );
    const {code, stderr} = await kiada(['apply', '-n', namespace, '-f', file]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/range\.yaml:9: .*30000-32767/);
    expect(await servicesThere()).not.toContain('range');
  });

  it('a node port that is taken is refused with its place', async () => {
    const taken = await create(client, `/api/v1/namespaces/${namespace}/services`, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {name: 'first'},
      spec: {type: 'NodePort', ports: [{port: 80}]},
    });
    const {nodePort} = (taken['spec'] as {ports: {nodePort: number}[]}).ports[0] ?? {nodePort: 0};
    const file = write(
      'second.yaml',
      `apiVersion: v1\nkind: Service\nmetadata: {name: second}\nspec:\n  type: NodePort\n  ports:\n    - port: 80\n      nodePort: ${nodePort}\n`,
    );
    const {code, stderr} = await kiada(['apply', '-n', namespace, '-f', file]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/second\.yaml:8: .*already allocated/);
  });

  it('every setup is taken by the genuine API server (dry run)', async () => {
    const {setups} = await kiadaJson<SetupListResult>(['setup', 'list']);
    expect(setups.length).toBeGreaterThan(15);
    const outcomes: string[] = [];
    for (const {name} of setups) {
      const {code, stderr} = await kiada(['apply', name, '-n', namespace, '--dry-run', 'server', '-q']);
      if (code !== 0) outcomes.push(`${name}: ${code} ${stderr}`);
    }
    expect(outcomes).toEqual([]);
  });

  it('setups go in, are pruned of what they no longer have, and out again', async () => {
    expect(await actions('apply', 'quote-headless', 'time-api', 'external-service')).toEqual(
      expect.arrayContaining(['Service/quote-headless created', 'Service/time-api created']),
    );
    await merge(client, `/api/v1/namespaces/${namespace}/services/owned`, {metadata: {labels: {'kiada.dev/setup': 'time-api'}}});
    expect(await actions('apply', 'time-api', '--prune')).toContain('Service/owned deleted');
    const gone = await actions('delete', 'quote-headless', 'time-api', 'external-service', '--wait', '--timeout', '30s');
    expect(gone.every((line) => line.endsWith(' deleted'))).toBe(true);
    expect(await servicesThere()).not.toContain('time-api');
    expect(await actions('delete', 'time-api')).toEqual(['Service/time-api absent']);
  });

  it('delete -f --wait takes out all that apply brought', async () => {
    await actions('delete', '-f', WEB, '-f', GATE, '--wait', '--timeout', '50s');
    const pods = (await client.get(`/api/v1/namespaces/${namespace}/pods`)) as {items: unknown[]};
    expect(pods.items).toEqual([]);
    expect(await servicesThere()).not.toContain('web');
  });
});
