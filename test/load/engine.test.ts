import {once} from 'node:events';
import http from 'node:http';
import net from 'node:net';
import {afterEach, describe, expect, it} from 'vitest';
import {KiadaError} from '../../src/errors.ts';
import {type Dial, type LoadPlan, type LoadProgress, runLoad} from '../../src/load/index.ts';
import type {OpenPace} from '../../src/load/plan.ts';
import {scheduleOf} from '../../src/load/schedule.ts';

const open: {readonly server: net.Server; readonly sockets: Set<net.Socket>}[] = [];

afterEach(async () => {
  for (const {server, sockets} of open.splice(0)) {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  }
});

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function listening<Server extends net.Server>(server: Server): Promise<{server: Server; port: number}> {
  const sockets = new Set<net.Socket>();
  open.push({server, sockets});
  server.on('connection', (socket: net.Socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {server, port: (server.address() as net.AddressInfo).port};
}

const dial: Dial = async (target, {signal}) => {
  const socket = net.connect({...target, noDelay: true});
  signal.addEventListener('abort', () => socket.destroy(), {once: true});
  await once(socket, 'connect');
  return {socket, endpoint: {address: '10.0.0.1', port: 80}, sourceSeen: '10.0.0.9'};
};

function plan(port: number, more: Partial<LoadPlan> = {}): LoadPlan {
  return {
    target: {host: '127.0.0.1', port},
    request: {method: 'GET', path: '/', host: null, headers: [], body: null},
    protocol: 'http/1.1',
    payload: null,
    tls: null,
    pace: {mode: 'closed'},
    connections: 4,
    connectionPerRequest: false,
    durationMs: null,
    requests: 100,
    warmupMs: 0,
    timeoutMs: 2_000,
    identify: {by: 'auto'},
    failureSamples: 10,
    ...more,
  };
}

describe('a closed loop', () => {
  it('sends exactly the requests that were asked for, over so many connections', async () => {
    let [requests, connections, bytes] = [0, 0, 0];
    const server = http.createServer((_request, response) => {
      requests++;
      response.end('hello');
    });
    server.on('connection', (socket) => {
      connections++;
      socket.on('close', () => {
        bytes += socket.bytesWritten;
      });
    });
    const {port} = await listening(server);
    const result = await runLoad(plan(port, {requests: 1000}), {dial});
    expect([requests, connections]).toEqual([1000, 4]);
    expect(result).toMatchObject({requests: 1000, succeeded: 1000, connectionsOpened: 4, statusCodes: {200: 1000}, missedStarts: 0});
    expect(result.errors).toEqual({refused: 0, timeout: 0, reset: 0, status: 0, other: 0});
    expect(result.endpoints).toMatchObject([{endpoint: '10.0.0.1:80', requests: 1000, connections: 4}]);
    expect(result.sourcesSeen).toEqual(['10.0.0.9']);
    expect(result.latencyMs.p50).toBeGreaterThan(0);
    expect(result.latencyMs.max).toBeGreaterThanOrEqual(result.latencyMs.p99);
    await until(() => bytes >= result.bytesReceived);
    expect(result.bytesReceived).toBe(bytes);
  });

  it('opens a connection for each request where asked', async () => {
    const {server, port} = await listening(http.createServer((_request, response) => response.end()));
    let connections = 0;
    server.on('connection', () => connections++);
    const result = await runLoad(plan(port, {connectionPerRequest: true}), {dial});
    expect(connections).toBe(100);
    expect(result.endpoints).toMatchObject([{endpoint: '10.0.0.1:80', requests: 100, connections: 100}]);
  });

  it('goes on with new connections where the server limits the old, without a failure', async () => {
    const server = http.createServer((_request, response) => response.end());
    server.maxRequestsPerSocket = 10;
    const {port} = await listening(server);
    const result = await runLoad(plan(port, {connections: 1}), {dial});
    expect(result).toMatchObject({succeeded: 100, connectionsOpened: 10});
  });

  it('ends after its duration', async () => {
    const {port} = await listening(http.createServer((_request, response) => response.end()));
    const result = await runLoad(plan(port, {requests: null, durationMs: 100}), {dial});
    expect(result.requests).toBeGreaterThan(10);
    expect(result.durationMs).toBeGreaterThanOrEqual(99);
    expect(result.durationMs).toBeLessThan(1_000);
    expect(result.timeline.reduce((sum, bucket) => sum + bucket.requests, 0)).toBe(result.requests);
  });

  it('counts nothing of the warm-up', async () => {
    let served = 0;
    const {port} = await listening(
      http.createServer((_request, response) => {
        served++;
        response.end();
      }),
    );
    const result = await runLoad(plan(port, {requests: 50, warmupMs: 60}), {dial});
    expect(result.requests).toBe(50);
    expect(served).toBeGreaterThan(50);
  });
});

describe('failures', () => {
  it('statuses of 400 and more are failures by status', async () => {
    let turn = 0;
    const {port} = await listening(
      http.createServer((_request, response) => {
        response.statusCode = turn++ % 4 === 0 ? 503 : 200;
        response.end();
      }),
    );
    const result = await runLoad(plan(port), {dial});
    expect(result).toMatchObject({requests: 100, succeeded: 75, statusCodes: {200: 75, 503: 25}});
    expect(result.errors.status).toBe(25);
    expect(result.failures).toHaveLength(10);
    expect(result.failures[0]).toMatchObject({kind: 'status', detail: 'HTTP 503', endpoint: '10.0.0.1:80'});
  });

  it('a port where nobody listens refuses', async () => {
    const {server, port} = await listening(net.createServer());
    await new Promise((resolve) => server.close(resolve));
    const result = await runLoad(plan(port), {dial});
    expect(result).toMatchObject({requests: 100, succeeded: 0, unidentified: 100});
    expect(result.errors.refused).toBe(100);
  });

  it('a connection that is reset in the middle of an answer is a reset', async () => {
    const {port} = await listening(
      net.createServer((socket) => {
        socket.on('error', () => undefined);
        socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc', () => socket.resetAndDestroy()));
      }),
    );
    const result = await runLoad(plan(port, {requests: 20}), {dial});
    expect(result.errors).toEqual({refused: 0, timeout: 0, reset: 20, status: 0, other: 0});
    expect(result.connectionsOpened).toBe(20);
  });

  it('an answer that ends early is a reset, and one that is no HTTP is neither', async () => {
    const early = await listening(
      net.createServer((socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc'))),
    );
    expect((await runLoad(plan(early.port, {requests: 5}), {dial})).errors.reset).toBe(5);
    const noise = await listening(net.createServer((socket) => socket.on('error', () => undefined).end('SSH-2.0-x\r\n\r\n')));
    expect((await runLoad(plan(noise.port, {requests: 5}), {dial})).errors.other).toBe(5);
  });

  it('a request without answer times out, and the others go on', async () => {
    let turn = 0;
    const {port} = await listening(
      http.createServer((_request, response) => {
        if (turn++ % 10 !== 0) response.end();
      }),
    );
    const result = await runLoad(plan(port, {requests: 30, timeoutMs: 400}), {dial});
    expect(result.errors.timeout).toBe(3);
    expect(result.succeeded).toBe(27);
    expect(result.failures[0]).toMatchObject({kind: 'timeout', detail: 'no answer within 400 ms'});
  });

  it('a connection that never comes about times out', async () => {
    const result = await runLoad(plan(1, {requests: 4, timeoutMs: 30}), {dial: () => new Promise(() => undefined)});
    expect(result.errors.timeout).toBe(4);
  });

  it('a broken way to the vantage ends the run with that error', async () => {
    const broken: Dial = () => Promise.reject(new KiadaError('UNREACHABLE', 'the door is shut'));
    await expect(runLoad(plan(1), {dial: broken})).rejects.toThrow('the door is shut');
  });
});

describe('an open loop', () => {
  it('keeps its rate', async () => {
    const {port} = await listening(http.createServer((_request, response) => response.end()));
    const pace = {mode: 'open', rate: 500, arrivals: 'constant', rampMs: 0, steps: []} as const;
    const result = await runLoad(plan(port, {requests: null, durationMs: 400, pace}), {dial});
    expect(result.requests + result.missedStarts).toBe(200);
    expect(result.succeeded).toBe(result.requests);
  });

  it('counts latency from the intended start while the server pauses', async () => {
    let [served, until] = [0, 0];
    const server = http.createServer((_request, response) => {
      if (++served === 1) until = performance.now() + 200;
      setTimeout(() => response.end(), Math.max(0, until - performance.now()));
    });
    const {port} = await listening(server);
    const pace = {mode: 'open', rate: 100, arrivals: 'constant', rampMs: 0, steps: []} as const;
    const result = await runLoad(plan(port, {requests: 20, connections: 1, pace}), {dial});
    // One connection: all that was due during the pause waited for it, some of it for nearly all of it.
    expect(result.latencyMs.max).toBeGreaterThan(190);
    expect(result.latencyMs.p50).toBeGreaterThan(50);
  });

  it('a ramp sends half of what the full rate would', async () => {
    const {port} = await listening(http.createServer((_request, response) => response.end()));
    const pace = {mode: 'open', rate: 1000, arrivals: 'constant', rampMs: 200, steps: []} as const;
    const result = await runLoad(plan(port, {requests: null, durationMs: 200, pace}), {dial});
    expect(Math.abs(result.requests + result.missedStarts - 100)).toBeLessThanOrEqual(2);
  });
});

describe('a schedule', () => {
  const starts = (pace: Partial<OpenPace>, count: number, random = () => 0.5) => {
    const next = scheduleOf({mode: 'open', rate: 100, arrivals: 'constant', rampMs: 0, steps: [], ...pace}, random);
    return Array.from({length: count}, next);
  };

  it('goes up in steps and stays at the last', () => {
    const steps = [
      {rate: 10, durationMs: 300},
      {rate: 100, durationMs: 20},
      {rate: 1000, durationMs: 2},
    ];
    const expected = [0, 100, 200, 300, 310, 320, 321, 322, 323, 324];
    expect(starts({steps}, 10).map((at) => Math.round(at * 1e6) / 1e6)).toEqual(expected);
  });

  it('by Poisson has exponential gaps of the same mean, whatever came before', () => {
    let state = 1;
    const random = () => {
      state = (state * 48271) % 2147483647;
      return state / 2147483647;
    };
    const times = starts({arrivals: 'poisson'}, 20_000, random);
    const gaps = times.map((time, index) => time - (times[index - 1] ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    expect(mean).toBeGreaterThan(9.8);
    expect(mean).toBeLessThan(10.2);
    const beyond = gaps.filter((gap) => gap > 20).length / gaps.length;
    expect(Math.abs(beyond - Math.exp(-2))).toBeLessThan(0.01);
  });

  it('of nothing is refused', () => {
    expect(() => starts({rate: 0}, 1)).toThrow('sends nothing');
    expect(() => starts({steps: [{rate: 0, durationMs: 5}]}, 1)).toThrow('sends nothing');
  });
});

it('answers name their endpoint by header or body, else the connection does', async () => {
  let turn = 0;
  const {port} = await listening(
    http.createServer((_request, response) => {
      const name = `web-${turn++ % 2}`;
      if (turn % 3 !== 0) response.setHeader('X-Kiada-Pod', name);
      response.end(`served by ${name}!`);
    }),
  );
  const auto = await runLoad(plan(port, {requests: 30, connections: 1}), {dial});
  expect(auto.endpoints.map(({endpoint}) => endpoint)).toEqual(['10.0.0.1:80', 'web-0', 'web-1']);
  const byBody = await runLoad(plan(port, {requests: 30, connections: 1, identify: {by: 'body', pattern: /served by (\S+)!/}}), {dial});
  expect(byBody.endpoints).toMatchObject([
    {endpoint: 'web-0', requests: 15},
    {endpoint: 'web-1', requests: 15},
  ]);
});

it('servers that tell which address they see are listened to', async () => {
  let turn = 0;
  const {port} = await listening(
    http.createServer((_request, response) => response.setHeader('X-Kiada-Client', `172.18.0.${2 + (turn++ % 2)}`).end()),
  );
  expect(await runLoad(plan(port, {requests: 10}), {dial})).toMatchObject({
    sourcesSeen: expect.arrayContaining(['172.18.0.2', '172.18.0.3']),
  });
});

it('plain TCP connects and closes', async () => {
  let connections = 0;
  const {port} = await listening(
    net.createServer((socket) =>
      socket
        .on('error', () => undefined)
        .resume()
        .on('end', () => connections++),
    ),
  );
  const result = await runLoad(plan(port, {request: null, protocol: 'tcp', requests: 50}), {dial});
  expect(result).toMatchObject({requests: 50, succeeded: 50, connectionsOpened: 50, statusCodes: {}});
  await until(() => connections === 50);
});

it('tells its progress and every request, and ends at once when told to', async () => {
  const {port} = await listening(http.createServer((_request, response) => response.end()));
  const controller = new AbortController();
  const progress: LoadProgress[] = [];
  let told = 0;
  const result = await runLoad(plan(port, {requests: null, durationMs: 60_000}), {
    dial,
    signal: controller.signal,
    progressMs: 20,
    onRequest: () => told++,
    onProgress: (snapshot) => {
      progress.push(snapshot);
      if (progress.length === 3) controller.abort();
    },
  });
  expect(result.aborted).toBe(true);
  expect(told).toBe(result.requests);
  expect(progress.at(-1)?.requests).toBeGreaterThan(0);
});

it('refuses a plan that could not be one well-formed request', async () => {
  const bad = (request: Partial<NonNullable<LoadPlan['request']>>) =>
    runLoad(plan(1, {request: {method: 'GET', path: '/', host: null, headers: [], body: null, ...request}}), {dial});
  await expect(bad({path: '/a b'})).rejects.toMatchObject({code: 'USAGE'});
  await expect(bad({headers: [['X', 'a\r\nY: b']]})).rejects.toMatchObject({code: 'USAGE'});
  await expect(bad({method: 'GET /x HTTP/1.1\r\n'})).rejects.toMatchObject({code: 'USAGE'});
  await expect(runLoad(plan(1, {requests: null}), {dial})).rejects.toMatchObject({code: 'USAGE'});
});
