import {once} from 'node:events';
import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';
import {afterEach, beforeAll, describe, expect, it} from 'vitest';
import {type Dial, type LoadPlan, runLoad} from '../../src/load/index.ts';
import {makeCertificates} from './certificates.ts';

let pair: {readonly key: string; readonly cert: string};
const open: {close(callback: () => void): unknown}[] = [];
const sessions = new Set<{destroy(): void}>();

beforeAll(async () => {
  pair = await makeCertificates('quote.kiada.svc');
});

afterEach(async () => {
  for (const session of sessions) session.destroy();
  sessions.clear();
  for (const server of open.splice(0)) await new Promise<void>((resolve) => server.close(() => resolve()));
});

const dial: Dial = async (target) => {
  const socket = net.connect({...target, noDelay: true});
  await once(socket, 'connect');
  return {socket, endpoint: {address: '10.0.0.1', port: 80}, sourceSeen: null};
};

function plan(port: number, more: Partial<LoadPlan> = {}): LoadPlan {
  return {
    target: {host: '127.0.0.1', port},
    request: {method: 'GET', path: '/', host: null, headers: [], body: null},
    protocol: 'http/1.1',
    payload: null,
    tls: null,
    pace: {mode: 'closed'},
    connections: 3,
    connectionPerRequest: false,
    durationMs: null,
    requests: 60,
    warmupMs: 0,
    timeoutMs: 4_000,
    identify: {by: 'auto'},
    failureSamples: 10,
    ...more,
  };
}

async function listening<Server extends net.Server>(server: Server): Promise<number> {
  server.on('connection', (socket: net.Socket) => sessions.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(server);
  return (server.address() as net.AddressInfo).port;
}

describe('over TLS', () => {
  it('requests are answered as without, whoever signed the certificate if that is not asked', async () => {
    const port = await listening(https.createServer(pair, (_request, response) => response.end('hello')));
    const insecure = await runLoad(plan(port, {tls: {serverName: null, insecure: true}}), {dial});
    expect(insecure).toMatchObject({succeeded: 60, connectionsOpened: 3});
    const perRequest = await runLoad(plan(port, {tls: {serverName: null, insecure: true}, connectionPerRequest: true}), {dial});
    expect(perRequest).toMatchObject({succeeded: 60, connectionsOpened: 60});
  });

  it('a certificate that nobody vouches for fails each request, and the failure says so', async () => {
    const port = await listening(https.createServer(pair, (_request, response) => response.end()));
    const result = await runLoad(plan(port, {requests: 5, tls: {serverName: 'quote.kiada.svc', insecure: false}}), {dial});
    expect(result.errors.other).toBe(5);
    expect(result).toMatchObject({connectionsOpened: 5, endpoints: [{endpoint: '10.0.0.1:80', requests: 5, connections: 5}]});
    expect(result.failures[0]?.detail).toMatch(/SELF_SIGNED|UNABLE_TO_VERIFY/);
  });

  it('a server that never shakes hands is a time-out, one that closes a reset', async () => {
    const silent = await listening(net.createServer((socket) => sessions.add(socket)));
    const tls = {serverName: null, insecure: true};
    expect((await runLoad(plan(silent, {requests: 3, timeoutMs: 150, tls}), {dial})).errors.timeout).toBe(3);
    const closing = await listening(net.createServer((socket) => socket.on('error', () => undefined).once('data', () => socket.end())));
    expect((await runLoad(plan(closing, {requests: 3, tls}), {dial})).errors.reset).toBe(3);
  });
});

describe('over HTTP/2', () => {
  it('in clear text and encrypted, requests, statuses, bodies and bytes are the server’s', async () => {
    for (const secure of [false, true]) {
      let [requests, bytes] = [0, 0];
      const onStream = (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => {
        expect(headers[':path']).toBe('/');
        expect(headers['x-two']).toBe('a, b');
        const status = requests++ % 6 === 0 ? 503 : 200;
        stream.respond({':status': status, 'x-kiada-pod': 'web-1'});
        stream.end('served by web-7');
      };
      const server = secure ? http2.createSecureServer(pair) : http2.createServer();
      server.on('stream', onStream);
      server.on('session', (session) => sessions.add(session));
      const port = await listening(server as unknown as net.Server);
      server.on('connection', (socket: net.Socket) => socket.on('close', () => (bytes += socket.bytesWritten)));
      const headers = [
        ['X-Two', 'a'],
        ['x-two', 'b'],
        ['Connection', 'close'],
      ] as const;
      const request = {method: 'GET', path: '/', host: null, headers, body: null};
      const tls = secure ? {serverName: null, insecure: true} : null;
      const result = await runLoad(plan(port, {protocol: 'h2', tls, request, identify: {by: 'body', pattern: /web-\d/}}), {dial});
      expect(result).toMatchObject({requests: 60, succeeded: 50, connectionsOpened: 3, statusCodes: {200: 50, 503: 10}});
      expect(result.endpoints).toMatchObject([{endpoint: 'web-7', requests: 60, connections: 3}]);
      expect(requests).toBe(60);
      expect(result.bytesReceived).toBeGreaterThan(60 * 'served by web-7'.length);
      if (!secure) {
        await until(() => bytes >= result.bytesReceived);
        expect(bytes - result.bytesReceived).toBeLessThan(200); // settings and acknowledgements after the last answer
      }
    }
  });

  it('with a connection for each request, and with a body', async () => {
    const server = http2.createServer();
    let connections = 0;
    server.on('session', (session) => {
      connections++;
      sessions.add(session);
    });
    server.on('stream', (stream: http2.ServerHttp2Stream) => stream.pipe(stream.on('pipe', () => stream.respond({':status': 200}))));
    const port = await listening(server as unknown as net.Server);
    const request = {method: 'POST', path: '/echo', host: 'quote', headers: [], body: Buffer.from('ping')};
    const identify = {by: 'body', pattern: /^ping$/} as const;
    const result = await runLoad(plan(port, {protocol: 'h2', request, connectionPerRequest: true, identify}), {dial});
    expect([result.succeeded, connections]).toEqual([60, 60]);
    expect(result.endpoints).toMatchObject([{endpoint: 'ping', requests: 60, connections: 60}]);
  });

  it('a stream that is reset and a connection that says goodbye are resets, and the run goes on', async () => {
    const server = http2.createServer();
    let turn = 0;
    server.on('session', (session) => sessions.add(session));
    server.on('stream', (stream: http2.ServerHttp2Stream) => {
      stream.on('error', () => undefined);
      turn++;
      if (turn % 10 === 0) stream.close(http2.constants.NGHTTP2_REFUSED_STREAM);
      else if (turn % 15 === 0) stream.session?.destroy();
      else {
        stream.respond({':status': 200});
        stream.end('x');
      }
    });
    const port = await listening(server as unknown as net.Server);
    const result = await runLoad(plan(port, {protocol: 'h2', connections: 1}), {dial});
    expect(result.requests).toBe(60);
    expect(turn).toBe(60);
    expect(result.errors.reset).toBe(8);
    expect(result.succeeded).toBe(52);
  });

  it('a server without HTTP/2 fails each request and says why', async () => {
    const port = await listening(https.createServer(pair, (_request, response) => response.end()));
    const result = await runLoad(plan(port, {protocol: 'h2', requests: 2, tls: {serverName: null, insecure: true}}), {dial});
    expect(result.errors.other).toBe(2);
    expect(result.failures[0]?.detail).toMatch(/HTTP\/2|application protocol/i);
  });
});

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
