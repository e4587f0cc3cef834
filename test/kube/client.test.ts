import net from 'node:net';
import {describe, expect, it} from 'vitest';
import {KiadaError} from '../../src/errors.ts';
import {type ApiRefusal, clusterSource, KubeClient} from '../../src/kube/index.ts';
import {fakeServer, status} from './fake-api-server.ts';

/** The error that a promise rejects with. */
async function failure(promise: Promise<unknown>): Promise<KiadaError> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(KiadaError);
  return error as KiadaError;
}

describe('the client', () => {
  it('sends its question as JSON and reads warnings with their quotes', async () => {
    const server = await fakeServer(({json, response}) => {
      response.setHeader('warning', ['299 - "spec.externalIPs is deprecated"', '299 - "say \\"no\\""']);
      json(201, {kind: 'Service'});
    });
    const answer = await server.client().send({method: 'POST', path: '/api/v1/x', query: {dryRun: 'All', force: undefined}, body: {a: 1}});
    expect(answer).toEqual({status: 201, body: {kind: 'Service'}, warnings: ['spec.externalIPs is deprecated', 'say "no"']});
    const [request] = server.requests;
    expect(request?.body).toBe('{"a":1}');
    expect(request?.query.toString()).toBe('dryRun=All');
    expect(request?.headers['content-type']).toBe('application/json');
  });

  const REFUSALS = [
    {code: 401, reason: 'Unauthorized', error: 'UNAUTHORIZED', exitCode: 4},
    {code: 403, reason: 'Forbidden', error: 'FORBIDDEN', exitCode: 4},
    {code: 404, reason: 'NotFound', error: 'NOT_FOUND', exitCode: 3},
    {code: 409, reason: 'Conflict', error: 'CONFLICT', exitCode: 1},
    {code: 409, reason: 'AlreadyExists', error: 'REFUSED_BY_API', exitCode: 2},
    {code: 422, reason: 'Invalid', error: 'REFUSED_BY_API', exitCode: 2},
    {code: 503, reason: 'ServiceUnavailable', error: 'UNREACHABLE', exitCode: 4},
  ];
  for (const {code, reason, error, exitCode} of REFUSALS) {
    it(`makes ${error} of HTTP ${code} ${reason}, with the server's own words`, async () => {
      const server = await fakeServer(({json}) => json(code, status(code, reason, 'the server says why', {causes: [{field: 'spec.x'}]})));
      const thrown = await failure(server.client().get('/api/v1/services'));
      expect(thrown).toMatchObject({code: error, exitCode, message: 'the server says why', status: code, reason});
      expect((thrown as ApiRefusal).causes).toEqual([{field: 'spec.x'}]);
    });
  }

  it('does not take the page of a proxy for an empty list', async () => {
    const server = await fakeServer(({response}) => response.writeHead(200, {'content-type': 'text/html'}).end('<html>log in</html>'));
    const source = clusterSource(server.client());
    expect(await failure(source.read([{resource: 'services', namespace: null}]))).toMatchObject({code: 'UNREACHABLE', exitCode: 4});
  });

  it('follows no redirect', async () => {
    const server = await fakeServer(({response}) => response.writeHead(302, {location: 'http://127.0.0.1:1/'}).end());
    expect(await failure(server.client().get('/api'))).toMatchObject({code: 'UNREACHABLE', message: expect.stringContaining('HTTP 302')});
    expect(server.requests).toHaveLength(1);
  });

  it('says that nobody listens', async () => {
    const server = await fakeServer(({json}) => json(200, {}));
    const client = server.client();
    await server.stop();
    const thrown = await failure(client.get('/api'));
    expect(thrown).toMatchObject({code: 'UNREACHABLE', exitCode: 4, message: `${server.url} is not reachable: connection refused`});
  });

  it('waits for an answer no longer than it may', async () => {
    const server = await fakeServer(() => {});
    const thrown = await failure(server.client({requestTimeoutMs: 50}).get('/api'));
    expect(thrown).toMatchObject({code: 'UNREACHABLE', message: `${server.url} did not answer within 0.05 s`});
  });

  it('waits for the rest of an answer no longer than it may', async () => {
    const server = await fakeServer(({response}) => response.writeHead(200).write('{"items": ['));
    const thrown = await failure(server.client({requestTimeoutMs: 50}).get('/api'));
    expect(thrown).toMatchObject({code: 'UNREACHABLE', message: `${server.url} did not answer within 0.05 s`});
  });

  it('is interrupted while it waits for the head and for the body', async () => {
    const server = await fakeServer(({path, response}) => {
      if (path === '/body') response.writeHead(200).write('{');
    });
    for (const path of ['/head', '/body']) {
      const stop = new AbortController();
      const pending = failure(server.client().get(path, {}, stop.signal));
      await expect.poll(() => server.requests.map((request) => request.path)).toContain(path);
      stop.abort();
      expect(await pending).toMatchObject({code: 'INTERRUPTED', exitCode: 130});
    }
  });

  it('asks again on a new connection where the kept one was closed meanwhile', async () => {
    // answers the first request of a connection, and resets it when a second comes
    const sockets: net.Socket[] = [];
    const server = net.createServer((socket) => {
      sockets.push(socket);
      let requests = 0;
      socket.on('error', () => {});
      socket.on('data', () => {
        requests += 1;
        if (requests > 1) socket.resetAndDestroy();
        else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const {port} = server.address() as net.AddressInfo;
    const {Agent} = await import('node:http');
    const agent = new Agent({keepAlive: true, maxSockets: 1});
    const client = new KubeClient({
      server: `http://127.0.0.1:${port}`,
      context: '',
      namespace: '',
      request: {agent},
      requestTimeoutMs: 5000,
    });
    try {
      expect(await client.get('/first')).toEqual({});
      expect(await client.get('/second')).toEqual({});
      expect(sockets).toHaveLength(2);
      expect(await failure(client.send({method: 'DELETE', path: '/third'}))).toMatchObject({code: 'UNREACHABLE'});
    } finally {
      client.close();
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  });
});
