import {describe, expect, it} from 'vitest';
import {describeServices} from '../../src/flows/describe-services.ts';
import {listServices} from '../../src/flows/list-services.ts';
import type {ServiceDescribeResult} from '../../src/model/index.ts';
import {apiCluster} from './api-cluster.ts';

const FLAGS = {namespace: 'default', 'all-namespaces': false, watch: true} as const;

describe('watching', () => {
  it('the list prints it again when it differs, and only then', async () => {
    const {source, slice, api} = await apiCluster();
    slice('a', '!b');
    const stop = new AbortController();
    const seen: string[] = [];
    const ended = (async () => {
      for await (const {services} of listServices(source, FLAGS, stop.signal)) {
        seen.push(services.map(({name, readyEndpoints, totalEndpoints}) => `${name} ${readyEndpoints}/${totalEndpoints}`).join(' '));
      }
    })();
    await expect.poll(() => seen).toEqual(['quote 1/2']);
    slice('a', 'b');
    await expect.poll(() => seen).toEqual(['quote 1/2', 'quote 2/2']);
    slice('a', 'b'); // written again as it was
    api.delete('services', 'default', 'quote');
    await expect.poll(() => seen.at(-1)).toBe('');
    expect(seen).toEqual(['quote 1/2', 'quote 2/2', '']);
    stop.abort();
    await ended;
  });

  it('a description tells it again when an endpoint changes', async () => {
    const {source, slice} = await apiCluster();
    slice('!a');
    const stop = new AbortController();
    const seen: number[] = [];
    const ended = (async () => {
      for await (const {services} of describeServices(source, ['quote'], FLAGS, {signal: stop.signal}))
        seen.push(services[0]?.readyEndpoints ?? -1);
    })();
    await expect.poll(() => seen).toEqual([0]);
    slice('a');
    await expect.poll(() => seen).toEqual([0, 1]);
    stop.abort();
    await ended;
  });
});

describe('a named Service', () => {
  it('is found in all namespaces with -A, in each that has it', async () => {
    const {source, api} = await apiCluster();
    api.create('namespaces', {metadata: {name: 'other'}} as never);
    api.create('services', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {name: 'quote', namespace: 'other'},
      spec: {ports: [{port: 80}]},
    } as never);
    const flags = {'all-namespaces': true, watch: false} as const;
    const {value: found} = (await describeServices(source, ['quote'], flags).next()) as {value: ServiceDescribeResult};
    expect(found.services.map((service) => service.namespace)).toEqual(['default', 'other']);
  });

  it('that is elsewhere is told with where it is', async () => {
    const {source} = await apiCluster();
    const flags = {namespace: 'kube-system', 'all-namespaces': false, watch: false} as const;
    await expect(describeServices(source, ['quote'], flags).next()).rejects.toMatchObject({
      code: 'SERVICE_NOT_FOUND',
      message: 'there is no Service "quote" in namespace "kube-system"',
    });
  });
});
