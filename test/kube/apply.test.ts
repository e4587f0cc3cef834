import {describe, expect, it, onTestFinished} from 'vitest';
import {type AppliedObject, applyManifests, connect, deleteManifests, type KubeClient, parseManifests} from '../../src/kube/index.ts';
import {runServer} from '../sandbox/api-server/running-server.ts';
import {fakeServer, status} from './fake-api-server.ts';

const OPTIONS = {namespace: 'default', dryRun: 'none', force: false} as const;

async function cluster() {
  const server = await runServer();
  const client = await connect({kubeconfig: server.kubeconfig});
  onTestFinished(() => client.close());
  return {...server, client};
}

const apply = (client: KubeClient, text: string, options: Partial<Parameters<typeof applyManifests>[2]> = {}) =>
  applyManifests(client, parseManifests('web.yaml', text), {...OPTIONS, ...options});
const actions = (objects: readonly AppliedObject[]) => objects.map(({kind, name, action}) => `${kind}/${name} ${action}`);

const service = (port: number | string, name = 'web') => `apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  selector: {app: web}
  ports:
  - port: ${port}
`;
const CONFIG = `---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {color: blue}
`;

describe('apply', () => {
  it('creates, changes, and leaves alone what is as it should be', async () => {
    const {client, api} = await cluster();
    expect(actions(await apply(client, service(80) + CONFIG))).toEqual(['ConfigMap/settings created', 'Service/web created']);
    expect(actions(await apply(client, service(80) + CONFIG))).toEqual(['ConfigMap/settings unchanged', 'Service/web unchanged']);
    expect(actions(await apply(client, service(81) + CONFIG))).toEqual(['ConfigMap/settings unchanged', 'Service/web configured']);
    expect(api.get('services', 'default', 'web')).toMatchObject({spec: {ports: [{port: 81}]}});
  });

  it('says the same beforehand with --dry-run server, and changes nothing', async () => {
    const {client, api} = await cluster();
    expect(actions(await apply(client, service(80), {dryRun: 'server'}))).toEqual(['Service/web created']);
    expect(api.get('services', 'default', 'web')).toBeNull();
    await apply(client, service(80));
    const before = api.get('services', 'default', 'web');
    expect(actions(await apply(client, service(80), {dryRun: 'server'}))).toEqual(['Service/web unchanged']);
    expect(actions(await apply(client, service(81) + CONFIG, {dryRun: 'server'}))).toEqual([
      'ConfigMap/settings created',
      'Service/web configured',
    ]);
    expect(api.get('services', 'default', 'web')).toEqual(before);
  });

  it('only looks what is there with --dry-run client', async () => {
    const {client, api} = await cluster();
    await apply(client, CONFIG);
    expect(actions(await apply(client, service('"http"') + CONFIG, {dryRun: 'client'}))).toEqual([
      'ConfigMap/settings configured',
      'Service/web created',
    ]);
    expect(api.list('services')).toEqual([]);
  });

  const REFUSED = [
    {
      what: 'a value that is not allowed',
      text: service(70_000),
      says: /^web\.yaml:8: Service "web" is invalid: .*spec\.ports\[0\]\.port: /,
    },
    {what: 'a field that does not exist', text: service(80).replace('selector', 'selecter'), says: /^web\.yaml:6: .*selecter/},
    {
      what: 'a kind that does not exist',
      text: service(80).replace('kind: Service', 'kind: Servise'),
      says: /^web\.yaml:1: the cluster has no kind "Servise" in "v1"$/,
    },
    {what: 'a value of the wrong type', text: service('"eighty"'), says: /^web\.yaml:\d: /},
  ];
  for (const {what, text, says} of REFUSED) {
    it(`names file, line and field of ${what}, and applies nothing of the invocation`, async () => {
      const {client, api} = await cluster();
      await expect(apply(client, `${text}${CONFIG}---\n${service(80, 'good')}`)).rejects.toMatchObject({
        code: 'INVALID_MANIFEST',
        exitCode: 2,
        message: expect.stringMatching(says),
      });
      expect(api.list('configmaps')).toEqual([]);
      expect(api.list('services')).toEqual([]);
    });
  }

  it('counts the other refusals beside the first', async () => {
    const {client} = await cluster();
    await expect(apply(client, `${service(70_000)}---\n${service(70_001, 'other')}`)).rejects.toMatchObject({
      message: expect.stringMatching(/^web\.yaml:8: .*\(and 1 more refused\)$/),
    });
  });

  it('puts a namespace first, and what it holds into it, in one invocation', async () => {
    const {client, api} = await cluster();
    const inside = service(80).replace('name: web', 'name: web\n  namespace: shop');
    expect(actions(await apply(client, `${inside}---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n`))).toEqual([
      'Namespace/shop created',
      'Service/web created',
    ]);
    expect(api.get('services', 'shop', 'web')).not.toBeNull();
  });

  it('names the document whose namespace does not exist', async () => {
    const {client} = await cluster();
    await expect(apply(client, service(80), {namespace: 'nowhere'})).rejects.toMatchObject({
      code: 'NOT_FOUND',
      exitCode: 3,
      message: 'web.yaml:1: namespaces "nowhere" not found',
    });
  });

  it('refuses fields that another manager owns, unless it is forced', async () => {
    const {client, api} = await cluster();
    const query = {fieldManager: 'other', force: true};
    const body = {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'settings'}, data: {color: 'red'}};
    await client.send({
      method: 'PATCH',
      path: '/api/v1/namespaces/default/configmaps/settings',
      query,
      contentType: 'application/apply-patch+yaml',
      body,
    });
    await expect(apply(client, CONFIG)).rejects.toMatchObject({
      code: 'CONFLICT',
      exitCode: 1,
      message: expect.stringMatching(/^web\.yaml:\d: /),
    });
    expect(actions(await apply(client, CONFIG, {force: true}))).toEqual(['ConfigMap/settings configured']);
    expect(api.get('configmaps', 'default', 'settings')).toMatchObject({data: {color: 'blue'}});
  });

  it('takes exported objects, with what the server wrote into them', async () => {
    const {client, api} = await cluster();
    await apply(client, CONFIG);
    const exported = JSON.stringify(api.get('configmaps', 'default', 'settings'));
    expect(actions(await apply(client, exported))).toEqual(['ConfigMap/settings unchanged']);
  });

  it('tells what the server warns of', async () => {
    const {client} = await cluster();
    const external = service(80).replace('spec:', 'spec:\n  externalIPs: [192.0.2.1]');
    const [applied] = await apply(client, external);
    expect(applied?.warnings.join(' ')).toContain('externalIPs');
  });

  it('calls a document wrong that kube-apiserver answers with a bare 500, as it does for unknown fields', async () => {
    const server = await fakeServer(({method, path, json}) => {
      if (path === '/api/v1') json(200, {resources: [{name: 'services', kind: 'Service', namespaced: true}]});
      else if (method === 'GET') json(404, status(404, 'NotFound', 'not found'));
      else
        json(500, {
          kind: 'Status',
          status: 'Failure',
          code: 500,
          message: 'failed to create typed patch object (default/web; /v1, Kind=Service): .spec.selecter: field not declared in schema',
        });
    });
    await expect(apply(server.client(), service(80).replace('selector', 'selecter'))).rejects.toMatchObject({
      code: 'INVALID_MANIFEST',
      exitCode: 2,
      message: expect.stringMatching(/^web\.yaml:6: failed to create typed patch object/),
    });
  });
});

describe('delete', () => {
  const remove = (client: KubeClient, text: string, options: Partial<Parameters<typeof deleteManifests>[2]> = {}) =>
    deleteManifests(client, parseManifests('web.yaml', text), {
      namespace: 'default',
      wait: false,
      deadline: AbortSignal.timeout(10_000),
      ...options,
    });
  const words = (objects: Awaited<ReturnType<typeof remove>>) => objects.map(({kind, name, action}) => `${kind}/${name} ${action}`);

  it('takes away what is there, last first, and calls the rest absent', async () => {
    const {client, api} = await cluster();
    await apply(client, service(80));
    expect(words(await remove(client, service(80) + CONFIG, {wait: true}))).toEqual(['ConfigMap/settings absent', 'Service/web deleted']);
    expect(api.list('services')).toEqual([]);
  });

  it('never asks for a whole collection where a document has no name', async () => {
    const {client, api} = await cluster();
    await apply(client, CONFIG);
    const nameless = CONFIG.replace('name: settings', 'generateName: set-');
    await expect(remove(client, nameless + CONFIG)).rejects.toMatchObject({code: 'INVALID_MANIFEST', exitCode: 2});
    expect(api.get('configmaps', 'default', 'settings')).not.toBeNull();
  });

  it('waits until an object with a finalizer is gone, and no longer than it may', async () => {
    const {client, api} = await cluster();
    await apply(client, CONFIG.replace('name: settings', 'name: settings, finalizers: [kiada.dev/wait]'));
    await expect(remove(client, CONFIG, {wait: true, deadline: AbortSignal.timeout(100)})).rejects.toMatchObject({
      code: 'TIMED_OUT',
      exitCode: 124,
    });
    const waiting = remove(client, CONFIG, {wait: true});
    await client.send({
      method: 'PATCH',
      path: '/api/v1/namespaces/default/configmaps/settings',
      contentType: 'application/merge-patch+json',
      body: {metadata: {finalizers: null}},
    });
    expect(words(await waiting)).toEqual(['ConfigMap/settings deleted']);
    expect(api.get('configmaps', 'default', 'settings')).toBeNull();
  });

  it('does not wait for another object of the same name', async () => {
    let deleted = false;
    const server = await fakeServer(({method, path, json}) => {
      if (path === '/api/v1') json(200, {resources: [{name: 'configmaps', kind: 'ConfigMap', namespaced: true}]});
      else if (method === 'DELETE') {
        deleted = true;
        json(200, {kind: 'Status', status: 'Success', details: {uid: 'old'}});
      } else json(200, {metadata: {name: 'settings', uid: deleted ? 'new' : 'old'}});
    });
    expect(words(await remove(server.client(), CONFIG, {wait: true}))).toEqual(['ConfigMap/settings deleted']);
  });
});
