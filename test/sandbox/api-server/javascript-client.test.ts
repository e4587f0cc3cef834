import {PassThrough} from 'node:stream';
import {CoreV1Api, Exec, KubeConfig, makeInformer, type V1Status} from '@kubernetes/client-node';
import {describe, expect, it, onTestFinished, vi} from 'vitest';
import {echoRuntime} from './echo-runtime.ts';
import {runServer} from './running-server.ts';

describe('the official JavaScript client', () => {
  it('creates, reads, lists and deletes', async () => {
    const server = await runServer();
    const client = clientOf(server.kubeconfig).makeApiClient(CoreV1Api);
    await client.createNamespacedConfigMap({namespace: 'default', body: {metadata: {name: 'a'}, data: {k: 'v'}}});
    expect((await client.readNamespacedConfigMap({namespace: 'default', name: 'a'})).data).toEqual({k: 'v'});
    expect((await client.listNamespacedConfigMap({namespace: 'default'})).items.map(({metadata}) => metadata?.name)).toEqual(['a']);
    await client.deleteNamespacedConfigMap({namespace: 'default', name: 'a'});
    await expect(client.readNamespacedConfigMap({namespace: 'default', name: 'a'})).rejects.toMatchObject({code: 404});
  });

  it('follows changes with an informer', async () => {
    const server = await runServer();
    const config = clientOf(server.kubeconfig);
    const client = config.makeApiClient(CoreV1Api);
    server.api.create('configmaps', {metadata: {name: 'before', namespace: 'default'}});
    const informer = makeInformer(config, '/api/v1/namespaces/default/configmaps', () =>
      client.listNamespacedConfigMap({namespace: 'default'}),
    );
    const events: string[] = [];
    for (const verb of ['add', 'update', 'delete'] as const)
      informer.on(verb, ({metadata}) => void events.push(`${verb} ${metadata?.name}`));
    onTestFinished(() => informer.stop());
    await informer.start();
    server.api.create('configmaps', {metadata: {name: 'after', namespace: 'default'}});
    server.api.change('configmaps', 'default', 'after', (draft) => void Object.assign(draft, {data: {a: 'b'}}));
    server.api.delete('configmaps', 'default', 'before');
    await vi.waitFor(() => expect(events).toEqual(['add before', 'add after', 'update after', 'delete before']), 10_000);
  });

  it('runs a command in a container', async () => {
    const server = await runServer({runtime: echoRuntime()});
    server.api.create('pods', {metadata: {name: 'p', namespace: 'default'}, spec: {containers: [{name: 'c', image: 'nginx'}]}});
    server.api.bind('default', 'p', 'node1');
    const stdout = new PassThrough();
    const status = Promise.withResolvers<V1Status>();
    await new Exec(clientOf(server.kubeconfig)).exec('default', 'p', 'c', ['echo', 'hello'], stdout, null, null, false, status.resolve);
    expect((await status.promise).status).toBe('Success');
    expect(String(stdout.read())).toBe('hello\n');
  });
});

function clientOf(kubeconfig: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return config;
}
