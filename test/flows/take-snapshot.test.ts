import {rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {describe, expect, it, onTestFinished} from 'vitest';
import {serviceEnv} from '../../src/flows/service-env.ts';
import {openSource} from '../../src/flows/source.ts';
import {takeSnapshot} from '../../src/flows/take-snapshot.ts';
import type {KubernetesObject} from '../../src/model/index.ts';
import {apiCluster} from './api-cluster.ts';

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {name: 'caller', namespace: 'shop'},
  spec: {containers: [{name: 'shell', image: 'busybox'}]},
} as KubernetesObject;

describe('a snapshot of one namespace', () => {
  it('has the API server’s own Service, whose variables every pod has, and nothing else of other namespaces', async () => {
    const {source, api} = await apiCluster();
    const own = {metadata: {name: 'kubernetes', namespace: 'default'}, spec: {clusterIP: '10.96.0.1', ports: [{name: 'https', port: 443}]}};
    if (api.get('services', 'default', 'kubernetes') === null) api.create('services', {apiVersion: 'v1', kind: 'Service', ...own} as never);
    api.create('namespaces', {metadata: {name: 'shop'}} as never);
    api.create('services', {metadata: {name: 'cart', namespace: 'shop'}, spec: {ports: [{port: 80}]}} as never);
    api.create('serviceaccounts', {apiVersion: 'v1', kind: 'ServiceAccount', metadata: {name: 'default', namespace: 'shop'}} as never);
    api.create('pods', pod);
    const {list} = await takeSnapshot(source, 'shop');
    const names = list.items.flatMap(({kind, metadata}) => (kind === 'Service' ? [`${metadata?.namespace}/${metadata?.name}`] : []));
    expect(names.toSorted()).toEqual(['default/kubernetes', 'shop/cart']);

    const file = path.join(os.tmpdir(), `kiada-snapshot-${process.pid}.json`);
    writeFileSync(file, JSON.stringify(list));
    onTestFinished(() => rmSync(file));
    const offline = await openSource({snapshot: file});
    expect(offline.namespace).toBe('shop');
    expect(await serviceEnv(offline, 'caller', 'shop')).toEqual(await serviceEnv(source, 'caller', 'shop'));
  });
});
