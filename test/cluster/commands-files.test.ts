import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {parseAllDocuments} from 'yaml';
import type {KubeClient} from '../../src/kube/index.ts';
import type {ApplyResult, KubernetesObject} from '../../src/model/index.ts';
import {kiada, kiadaJson} from './genuine/cli.ts';
import {describeOnCluster, makeNamespace} from './genuine/cluster.ts';
import {ownNamespace} from './genuine/own-namespace.ts';

const service = (name: string) => `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {ports: [{port: 80}]}\n`;

describeOnCluster('folders, standard input and dry runs on a genuine cluster', () => {
  let client: KubeClient;
  let namespace: string;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kiada-cluster-'));
  ownNamespace(makeNamespace, (...own) => {
    [namespace, client] = own;
  });
  beforeAll(async () => {
    mkdirSync(path.join(folder, 'below'));
    writeFileSync(path.join(folder, 'one.yaml'), service('one'));
    writeFileSync(
      path.join(folder, 'two.json'),
      JSON.stringify({apiVersion: 'v1', kind: 'Service', metadata: {name: 'two'}, spec: {ports: [{port: 80}]}}),
    );
    writeFileSync(path.join(folder, 'notes.txt'), 'no manifest');
    writeFileSync(path.join(folder, 'below', 'three.yml'), service('three'));
  });
  afterAll(() => {
    rmSync(folder, {recursive: true});
  });
  const actions = async (...args: string[]) =>
    (await kiadaJson<ApplyResult>([...args, '-n', namespace])).objects.map(({name, action}) => `${name} ${action}`).toSorted();
  const there = async () =>
    ((await client.get(`/api/v1/namespaces/${namespace}/services`)) as {items: KubernetesObject[]}).items.map(
      ({metadata}) => metadata?.name,
    );

  it('a dry run by the client says what would be created, and changes nothing', async () => {
    expect(await actions('apply', '-f', folder, '-R', '--dry-run', 'client')).toEqual(['one created', 'three created', 'two created']);
    expect(await there()).toEqual([]);
  });

  it('a folder is applied without what lies below it, and with -R with that too', async () => {
    expect(await actions('apply', '-f', folder)).toEqual(['one created', 'two created']);
    expect(await actions('apply', '-f', folder, '-R')).toEqual(['one unchanged', 'three created', 'two unchanged']);
    expect(await there()).toEqual(['one', 'three', 'two']);
  });

  it('standard input is applied and deleted, and people read what was done', async () => {
    const applied = await kiada(['apply', '-f', '-', '-n', namespace], {input: service('four')});
    expect([applied.code, applied.stdout]).toEqual([0, 'service/four created\n']);
    const deleted = await kiada(['delete', '-f', '-', '-n', namespace], {input: service('four')});
    expect([deleted.code, deleted.stdout]).toEqual([0, 'service/four deleted\n']);
  });

  it('setup show is what apply puts there, for kubectl as well', async () => {
    const {stdout} = await kiada(['setup', 'show', 'time-api']);
    const objects = parseAllDocuments(stdout).map((document) => document.toJS() as KubernetesObject);
    const applied = await kiada(['apply', '-f', '-', '-n', namespace], {input: stdout});
    expect(applied.stdout.trim().split('\n')).toEqual(
      objects.map(({kind, metadata}) => `${kind?.toLowerCase()}/${metadata?.name} created`),
    );
    expect((await actions('apply', 'time-api')).every((line) => /(unchanged|configured)$/.test(line))).toBe(true);
    expect((await actions('delete', 'time-api')).every((line) => line.endsWith(' deleted'))).toBe(true);
  });

  it('delete -f -R takes away what is there, and says what was not', async () => {
    expect(await actions('delete', '-f', folder, '-R')).toEqual(['one deleted', 'three deleted', 'two deleted']);
    expect(await actions('delete', '-f', folder)).toEqual(['one absent', 'two absent']);
    expect(await there()).toEqual([]);
  });
});
