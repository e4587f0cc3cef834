import {describe, expect, it} from 'vitest';
import {clusterSource} from '../../src/kube/index.ts';
import {type Exchange, fakeServer, status} from './fake-api-server.ts';

const service = (name: string) => ({metadata: {name, namespace: 'kiada'}});
const names = (objects: readonly {metadata?: {name?: string}}[]) => objects.map((object) => object.metadata?.name);

/** Pages of two Services out of `all`, by limit and continue. */
function paged(all: readonly string[], {query, json}: Exchange): void {
  const from = Number(query.get('continue') ?? 0);
  const limit = query.has('limit') ? 2 : all.length;
  const next = from + limit < all.length ? String(from + limit) : '';
  json(200, {metadata: {resourceVersion: '9', continue: next}, items: all.slice(from, from + limit).map(service)});
}

describe('reading from a cluster', () => {
  it('reads a list page by page and gives each item the kind that lists leave out', async () => {
    const server = await fakeServer((exchange) => paged(['a', 'b', 'c', 'd', 'e'], exchange));
    const {objects} = await clusterSource(server.client()).read([{resource: 'services', namespace: 'kiada', labelSelector: 'app=quote'}]);
    expect(names(objects)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(objects[0]).toMatchObject({apiVersion: 'v1', kind: 'Service'});
    expect(server.requests.map(({path, query}) => `${path} ${query.get('continue')} ${query.get('labelSelector')}`)).toEqual([
      '/api/v1/namespaces/kiada/services null app=quote',
      '/api/v1/namespaces/kiada/services 2 app=quote',
      '/api/v1/namespaces/kiada/services 4 app=quote',
    ]);
    expect(server.requests.every(({query}) => query.get('limit') === '500')).toBe(true);
  });

  it('reads all at once where a continue token expired, without doubling what it had', async () => {
    const server = await fakeServer((exchange) => {
      if (exchange.query.has('continue')) exchange.json(410, status(410, 'Expired', 'The provided continue parameter is too old'));
      else paged(['a', 'b', 'c'], exchange);
    });
    const {objects} = await clusterSource(server.client()).read([{resource: 'services', namespace: null}]);
    expect(names(objects)).toEqual(['a', 'b', 'c']);
    expect(server.requests.at(-1)?.query.has('limit')).toBe(false);
  });

  it('leaves out a named object that does not exist', async () => {
    const server = await fakeServer(({json}) => json(404, status(404, 'NotFound', 'services "x" not found')));
    expect(await clusterSource(server.client()).read([{resource: 'services', namespace: 'kiada', name: 'x'}])).toEqual({
      objects: [],
      unknown: [],
    });
  });

  it('says what it could not read where the answer is worth having without it, and fails where it is not', async () => {
    const server = await fakeServer(({path, json}) => {
      if (path.endsWith('/pods')) json(403, status(403, 'Forbidden', 'pods is forbidden: User "eve" cannot list'));
      else if (path.endsWith('/events')) json(404, status(404, 'NotFound', 'the server could not find the requested resource'));
      else json(200, {items: [service('quote')]});
    });
    const source = clusterSource(server.client());
    const read = await source.read([
      {resource: 'services', namespace: 'kiada'},
      {resource: 'pods', namespace: 'kiada', optional: true},
      {resource: 'events', namespace: null, optional: true},
    ]);
    expect(names(read.objects)).toEqual(['quote']);
    expect(read.unknown).toEqual([
      {what: 'pods in namespace kiada', why: 'the right to list pods in namespace kiada is missing'},
      {what: 'events in all namespaces', why: 'the API server has no events'},
    ]);
    await expect(source.read([{resource: 'pods', namespace: 'kiada'}])).rejects.toMatchObject({code: 'FORBIDDEN', exitCode: 4});
  });

  describe('an extension of the API', () => {
    const read = async (refused: number, group: (exchange: Exchange) => void) => {
      const server = await fakeServer((exchange) => {
        if (exchange.path === '/apis/gateway.networking.k8s.io/v1') group(exchange);
        else exchange.json(refused, status(refused, refused === 403 ? 'Forbidden' : 'NotFound', 'no'));
      });
      return clusterSource(server.client()).read([{resource: 'httproutes', namespace: 'kiada', optional: true}]);
    };
    const missing = ({json}: Exchange) => json(404, status(404, 'NotFound', 'no such group'));

    it('is nothing to speak of where the cluster does not have it, even without the right to read it', async () => {
      expect(await read(404, missing)).toEqual({objects: [], unknown: []});
      expect(await read(403, missing)).toEqual({objects: [], unknown: []});
      expect(await read(403, ({json}) => json(200, {resources: [{name: 'gateways'}]}))).toEqual({objects: [], unknown: []});
    });

    it('is told of where the cluster has it and the right to read it is missing', async () => {
      expect((await read(403, ({json}) => json(200, {resources: [{name: 'httproutes'}]}))).unknown).toEqual([
        {what: 'httproutes in namespace kiada', why: 'the right to list httproutes in namespace kiada is missing'},
      ]);
    });
  });
});
