import {once} from 'node:events';
import http2 from 'node:http2';
import type net from 'node:net';
import {afterEach, describe, expect, it} from 'vitest';
import {type LoadPlan, runLoad} from '../../src/load/index.ts';
import {dialDirect} from '../../src/vantage/index.ts';

const sessions = new Set<http2.ServerHttp2Session>();
const servers: http2.Http2Server[] = [];

afterEach(async () => {
  for (const session of sessions) session.destroy();
  sessions.clear();
  for (const server of servers.splice(0)) await new Promise<void>((resolve) => server.close(() => resolve()));
});

interface Call {
  readonly stream: http2.ServerHttp2Stream;
  readonly headers: http2.IncomingHttpHeaders;
  readonly message: Buffer;
}

/** A server of unary calls: the whole request is read before `answer` is asked. */
async function serving(answer: (call: Call) => void): Promise<number> {
  const server = http2.createServer();
  servers.push(server);
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream: http2.ServerHttp2Stream, headers) => {
    const parts: Buffer[] = [];
    stream.on('error', () => undefined);
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('end', () => answer({stream, headers, message: Buffer.concat(parts)}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as net.AddressInfo).port;
}

/** A message of one enum field with the value 1: SERVING. */
const SERVING = Buffer.from([0, 0, 0, 0, 2, 0x08, 1]);

function reply({stream}: Call, status: number, message = ''): void {
  stream.respond({':status': 200, 'content-type': 'application/grpc', 'x-kiada-pod': 'grpc-1'}, {waitForTrailers: true});
  stream.on('wantTrailers', () => stream.sendTrailers({'grpc-status': String(status), 'grpc-message': message}));
  stream.end(status === 0 ? SERVING : undefined);
}

function plan(port: number, more: Partial<LoadPlan> = {}): LoadPlan {
  return {
    target: {host: '127.0.0.1', port},
    request: {method: 'GET', path: '/grpc.health.v1.Health/Check', host: null, headers: [], body: null},
    protocol: 'grpc',
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

describe('unary gRPC calls', () => {
  it('are what a gRPC server expects, and as many as were asked for', async () => {
    let calls = 0;
    const port = await serving((call) => {
      calls++;
      expect(call.headers).toMatchObject({
        ':method': 'POST',
        ':path': '/grpc.health.v1.Health/Check',
        'content-type': 'application/grpc',
        te: 'trailers',
        'grpc-timeout': '4000m',
      });
      expect(call.message).toEqual(Buffer.alloc(5));
      reply(call, 0);
    });
    const result = await runLoad(plan(port), {dial: dialDirect()});
    expect(result).toMatchObject({requests: 60, succeeded: 60, connectionsOpened: 3, statusCodes: {0: 60}});
    expect(result.endpoints).toMatchObject([{endpoint: 'grpc-1', requests: 60, connections: 3}]);
    expect(calls).toBe(60);
  });

  it('carry a message of their own to a method of their own', async () => {
    const message = Buffer.from([0x0a, 0x05, ...Buffer.from('quote')]);
    const port = await serving((call) => {
      expect(call.headers[':path']).toBe('/kiada.Quotes/Get');
      expect(call.message).toEqual(Buffer.concat([Buffer.from([0, 0, 0, 0, 7]), message]));
      reply(call, 0);
    });
    const request = {method: 'GET', path: '/kiada.Quotes/Get', host: 'quote', headers: [], body: message};
    const result = await runLoad(plan(port, {request, connectionPerRequest: true}), {dial: dialDirect()});
    expect(result).toMatchObject({succeeded: 60, connectionsOpened: 60});
  });

  it('fail by the status of the trailers, though HTTP says 200', async () => {
    let turn = 0;
    const port = await serving((call) => reply(call, turn++ % 3 === 0 ? 14 : 0, 'come%20back later'));
    const result = await runLoad(plan(port), {dial: dialDirect()});
    expect(result).toMatchObject({requests: 60, succeeded: 40, statusCodes: {0: 40, 14: 20}});
    expect(result.errors.status).toBe(20);
    expect(result.failures[0]).toMatchObject({kind: 'status', detail: 'gRPC 14 UNAVAILABLE: come back later', endpoint: 'grpc-1'});
  });

  it('fail by trailers alone, and by an answer that is no gRPC', async () => {
    const unimplemented = await serving(({stream}) => stream.respond({':status': 200, 'grpc-status': '12'}, {endStream: true}));
    const result = await runLoad(plan(unimplemented, {requests: 4}), {dial: dialDirect()});
    expect(result).toMatchObject({succeeded: 0, statusCodes: {12: 4}});
    expect(result.failures[0]?.detail).toBe('gRPC 12 UNIMPLEMENTED');
    const web = await serving(({stream}) => {
      stream.respond({':status': 503});
      stream.end('busy');
    });
    const plain = await runLoad(plan(web, {requests: 4}), {dial: dialDirect()});
    expect(plain).toMatchObject({succeeded: 0, statusCodes: {14: 4}});
    expect(plain.failures[0]?.detail).toBe('gRPC 14 UNAVAILABLE: no gRPC answer, but HTTP 503');
  });
});
