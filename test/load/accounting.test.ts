import {once} from 'node:events';
import net from 'node:net';
import {afterEach, describe, expect, it} from 'vitest';
import {type Dial, type LoadPlan, runLoad} from '../../src/load/index.ts';
import {dialDirect} from '../../src/vantage/index.ts';
import {type Answer, type HardServer, startHardServer} from './hard-server.ts';

const open: HardServer[] = [];

afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

/** A way that offers no more than a stream, as through a proxy. */
const dial: Dial = async (target) => {
  const socket = net.connect({...target, noDelay: true});
  await once(socket, 'connect');
  return {socket, endpoint: null, sourceSeen: null};
};

function plan(port: number, more: Partial<LoadPlan> = {}): LoadPlan {
  return {
    target: {host: '127.0.0.1', port},
    request: {method: 'GET', path: '/', host: null, headers: [], body: null},
    protocol: 'http/1.1',
    payload: null,
    tls: null,
    pace: {mode: 'closed'},
    connections: 16,
    connectionPerRequest: false,
    durationMs: null,
    requests: 4_000,
    warmupMs: 0,
    timeoutMs: 5_000,
    identify: {by: 'auto'},
    failureSamples: 10,
    ...more,
  };
}

/** 5 % resets, 1 % delays, some of everything else. */
function mixed(request: number): Answer {
  if (request % 20 === 7) return 'reset';
  if (request % 100 === 3) return 'delayed';
  const rest: readonly Answer[] = ['plain', 'interim', 'chunked', 'in-pieces', 'no-body', 'plain', 'early-close', 'plain', 'status'];
  return rest[request % rest.length] as Answer;
}

async function hardServer(answerOf: (request: number) => Answer, requestsPerConnection = 100): Promise<HardServer> {
  const server = await startHardServer({answerOf, requestsPerConnection, delayMs: 20});
  open.push(server);
  return server;
}

describe('against a server that resets, delays, cuts off and closes', () => {
  for (const [name, more] of [
    ['with connections that are kept', {}],
    ['with a connection for each request', {connectionPerRequest: true}],
    ['at a fixed rate', {requests: 1_000, pace: {mode: 'open', rate: 4_000, arrivals: 'poisson', rampMs: 0, steps: []}}],
  ] as const) {
    it.each([
      ['read from a stream', dial],
      ['read into the one buffer', dialDirect()],
    ])(`requests, errors and bytes are those that the server counted, ${name}, %s`, async (_, way) => {
      const server = await hardServer(mixed);
      const result = await runLoad(plan(server.port, more), {dial: way});
      const {counts} = server;
      expect(result.requests).toBe(counts.requests);
      const failed = counts.answers.reset + counts.answers['early-close'];
      expect(result.errors).toEqual({refused: 0, timeout: 0, reset: failed, status: counts.answers.status, other: 0});
      expect(result.succeeded).toBe(counts.requests - failed - counts.answers.status);
      expect(result.statusCodes).toEqual({
        200: counts.requests - failed - counts.answers.status - counts.answers['no-body'],
        204: counts.answers['no-body'],
        503: counts.answers.status,
      });
      expect(result.bytesReceived).toBe(counts.bytesSent);
      expect(result.bytesSent).toBe(counts.bytesReceived);
      expect(result.connectionsOpened).toBe(counts.connections);
    });
  }

  it('a connection that is closed every 100 requests costs no request', async () => {
    const server = await hardServer(() => 'plain');
    const result = await runLoad(plan(server.port, {connections: 4, requests: 2_000}), {dial: dialDirect()});
    expect(result).toMatchObject({requests: 2_000, succeeded: 2_000, bytesReceived: server.counts.bytesSent});
    expect(server.counts.connections).toBeGreaterThanOrEqual(20);
  });

  it('what came in a second is in that second of the time line, and nothing is lost between them', async () => {
    const server = await hardServer(mixed);
    const result = await runLoad(plan(server.port, {requests: null, durationMs: 1_200}), {dial});
    const sums = result.timeline.reduce((sum, bucket) => ({requests: sum.requests + bucket.requests, errors: sum.errors + bucket.errors}), {
      requests: 0,
      errors: 0,
    });
    expect(sums).toEqual({requests: result.requests, errors: result.requests - result.succeeded});
    expect(result.requests).toBe(server.counts.requests);
  });
});

it('an answer that was sent before its request is nobody’s answer', async () => {
  const twice = 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na';
  const server = net.createServer((socket) => socket.on('error', () => undefined).on('data', () => socket.write(twice + twice)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  let requests = 0;
  server.on('connection', (socket) => socket.on('data', () => requests++));
  const {port} = server.address() as net.AddressInfo;
  const result = await runLoad(plan(port, {connections: 1, requests: 20}), {dial});
  await new Promise((resolve) => server.close(resolve));
  expect([result.requests, requests]).toEqual([20, 20]);
});

it('a kept connection that breaks is put down to the endpoint that had answered on it', async () => {
  let turn = 0;
  const server = net.createServer((socket) => {
    const pod = `web-${turn++ % 2}`;
    let answered = 0;
    socket.on('error', () => undefined);
    socket.on('data', () => {
      if (answered++ < 4) socket.write(`HTTP/1.1 200 OK\r\nX-Kiada-Pod: ${pod}\r\nContent-Length: 0\r\n\r\n`);
      else socket.resetAndDestroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const {port} = server.address() as net.AddressInfo;
  const result = await runLoad(plan(port, {connections: 1, requests: 20}), {dial});
  await new Promise((resolve) => server.close(resolve));
  expect(result.failures.map(({endpoint, kind}) => [endpoint, kind])).toEqual([
    ['web-0', 'reset'],
    ['web-1', 'reset'],
    ['web-0', 'reset'],
    ['web-1', 'reset'],
  ]);
  expect(result.endpoints).toMatchObject([
    {endpoint: 'web-0', requests: 10, connections: 2},
    {endpoint: 'web-1', requests: 10, connections: 2},
  ]);
  expect(result.effectiveDraws).toBeCloseTo(4, 9);
});

it('what a server says before it is asked is not lost on the way to the reader', async () => {
  const server = net.createServer((socket) =>
    socket.on('error', () => undefined).end('HTTP/1.1 408 Too Slow\r\nContent-Length: 0\r\n\r\n'),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const {port} = server.address() as net.AddressInfo;
  const slow: Dial = async (target, options) => {
    const dialed = await dialDirect()(target, options);
    await once(dialed.socket, 'end');
    return dialed;
  };
  const result = await runLoad(plan(port, {connections: 1, requests: 3}), {dial: slow});
  await new Promise((resolve) => server.close(resolve));
  expect(result.bytesReceived).toBe(3 * 44);
});
