import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {describe, expect, it, onTestFinished} from 'vitest';
import {snapshotSource} from '../../src/kube/index.ts';

function file(text: string): string {
  const root = mkdtempSync(path.join(tmpdir(), 'snapshot-'));
  onTestFinished(() => rmSync(root, {recursive: true}));
  writeFileSync(path.join(root, 'cluster.yaml'), text);
  return path.join(root, 'cluster.yaml');
}

const names = (read: {objects: readonly {metadata?: {name?: string}}[]}) => read.objects.map((object) => object.metadata?.name);

const DOCUMENTS = `
apiVersion: v1
kind: Service
metadata: {name: quote, namespace: kiada}
---
apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: not-ours, namespace: kiada}
---
apiVersion: v1
kind: ServiceList
items:
- metadata: {name: listed, namespace: kiada}
---
apiVersion: v1
kind: Node
metadata: {name: node-1}
`;

describe('a snapshot file', () => {
  it('answers reads by kind, group, namespace and name', async () => {
    const source = await snapshotSource(file(DOCUMENTS));
    expect(names(await source.read([{resource: 'services', namespace: 'kiada'}]))).toEqual(['quote', 'listed']);
    expect(names(await source.read([{resource: 'services', namespace: 'other'}]))).toEqual([]);
    expect(names(await source.read([{resource: 'services', namespace: null, name: 'listed'}]))).toEqual(['listed']);
    expect(names(await source.read([{resource: 'nodes', namespace: 'kiada'}]))).toEqual(['node-1']);
  });

  it('gives an object once, however many questions match it', async () => {
    const source = await snapshotSource(file(DOCUMENTS));
    const read = await source.read([
      {resource: 'services', namespace: null},
      {resource: 'services', namespace: 'kiada', name: 'quote'},
    ]);
    expect(names(read)).toEqual(['quote', 'listed']);
  });

  it('gives the slices of the Services that are asked for, and those that name none only to who asks for them', async () => {
    const slice = (name: string, labels: string) =>
      `apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: ${name}, namespace: kiada, labels: {${labels}}}\n---\n`;
    const named = (service: string) => slice(`${service}-1`, `kubernetes.io/service-name: ${service}`);
    const source = await snapshotSource(
      file([named('quiz'), named('quote'), slice('loose', ''), slice('empty', 'kubernetes.io/service-name: ""')].join('')),
    );
    const read = (ofServices?: readonly string[] | 'nobody') =>
      source.read([{resource: 'endpointslices', namespace: null, ofServices}]).then(names);
    expect(await read(['quote', 'kiada'])).toEqual(['quote-1']);
    expect(await read('nobody')).toEqual(['loose', 'empty']);
    expect(await read()).toEqual(['quiz-1', 'quote-1', 'loose', 'empty']);
  });

  it('stands for the namespace that all its Services are in but the API server’s own, else for default', async () => {
    expect((await snapshotSource(file(DOCUMENTS))).namespace).toBe('kiada');
    const withService = (name: string) => `${DOCUMENTS}---\napiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: default}\n`;
    expect((await snapshotSource(file(withService('kubernetes')))).namespace).toBe('kiada');
    expect((await snapshotSource(file(withService('web')))).namespace).toBe('default');
  });

  it('may be JSON', async () => {
    const list = {apiVersion: 'v1', kind: 'List', items: [{apiVersion: 'v1', kind: 'Service', metadata: {name: 'a'}}]};
    const source = await snapshotSource(file(JSON.stringify(list)));
    expect(names(await source.read([{resource: 'services', namespace: 'default'}]))).toEqual(['a']);
  });

  const BROKEN = [
    {what: 'is empty', text: '', says: 'holds no Kubernetes object'},
    {what: 'holds only text', text: 'hello', says: 'holds no Kubernetes object'},
    {what: 'is no YAML', text: 'a: [1', says: /cluster\.yaml:\d+: /},
    {what: 'is broken JSON', text: '{"kind": "List",\n "items": [}', says: /cluster\.yaml:2: /},
  ];
  for (const {what, text, says} of BROKEN) {
    it(`that ${what} is refused as wrong input`, async () => {
      await expect(snapshotSource(file(text))).rejects.toMatchObject({
        code: 'INVALID_SNAPSHOT',
        exitCode: 2,
        message: typeof says === 'string' ? expect.stringContaining(says) : expect.stringMatching(says),
      });
    });
  }

  it('that is not there is refused as wrong input', async () => {
    await expect(snapshotSource('/no/such/file')).rejects.toMatchObject({
      code: 'INVALID_SNAPSHOT',
      message: '/no/such/file cannot be read: ENOENT',
    });
  });
});
