import dgram from 'node:dgram';
import {once} from 'node:events';
import net from 'node:net';
import {afterEach, describe, expect, it} from 'vitest';
import {datagramWire} from '../../src/load/datagram-wire.ts';
import {type LoadPlan, runLoad} from '../../src/load/index.ts';
import {dialDirect, dialUdp} from '../../src/vantage/index.ts';

const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function tcpServer(onConnection: (socket: net.Socket) => void): Promise<number> {
  const server = net.createServer((socket) => {
    closing.push(() => socket.destroy());
    onConnection(socket.on('error', () => undefined));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  return (server.address() as net.AddressInfo).port;
}

async function udpServer(onMessage: (bytes: Buffer, answer: (bytes: Uint8Array) => void, from: number) => void): Promise<number> {
  const server = dgram.createSocket('udp4');
  server.on('message', (bytes, from) => onMessage(bytes, (answer) => server.send(answer, from.port, from.address), from.port));
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  return server.address().port;
}

function plan(protocol: 'tcp' | 'udp', port: number, more: Partial<LoadPlan> = {}): LoadPlan {
  return {
    target: {host: '127.0.0.1', port},
    request: null,
    protocol,
    payload: Buffer.from('ping-0123456789'),
    tls: null,
    pace: {mode: 'closed'},
    connections: 4,
    connectionPerRequest: false,
    durationMs: null,
    requests: 200,
    warmupMs: 0,
    timeoutMs: 2_000,
    identify: {by: 'auto'},
    failureSamples: 10,
    ...more,
  };
}

describe('plain TCP', () => {
  it('an echo is answered when as many bytes came back, in however many pieces, and every byte is counted', async () => {
    let [connections, received] = [0, 0];
    const port = await tcpServer((socket) => {
      connections++;
      socket.setNoDelay(true);
      socket.on('data', (bytes: Buffer) => {
        received += bytes.length;
        socket.write(bytes.subarray(0, 4));
        setImmediate(() => socket.write(bytes.subarray(4)));
      });
    });
    const result = await runLoad(plan('tcp', port, {identify: {by: 'body', pattern: /ping-\d{10}/}}), {dial: dialDirect()});
    expect(result).toMatchObject({requests: 200, succeeded: 200, connectionsOpened: 4, statusCodes: {}});
    expect(result.endpoints).toMatchObject([{endpoint: 'ping-0123456789', requests: 200, connections: 4}]);
    expect([connections, received, result.bytesSent, result.bytesReceived]).toEqual([4, 3_000, 3_000, 3_000]);
  });

  it('each request has a connection of its own where that is asked for', async () => {
    let connections = 0;
    const port = await tcpServer((socket) => {
      connections++;
      socket.pipe(socket);
    });
    const result = await runLoad(plan('tcp', port, {connectionPerRequest: true}), {dial: dialDirect()});
    expect([result.succeeded, result.connectionsOpened, connections]).toEqual([200, 200, 200]);
  });

  it('an answer that ends with its connection may be shorter; no answer at all is a reset, silence a time-out', async () => {
    const short = await tcpServer((socket) => socket.once('data', () => socket.end('pong')));
    expect(await runLoad(plan('tcp', short), {dial: dialDirect()})).toMatchObject({succeeded: 200, bytesReceived: 800});
    const empty = await tcpServer((socket) => socket.once('data', () => socket.end()));
    expect((await runLoad(plan('tcp', empty), {dial: dialDirect()})).errors.reset).toBe(200);
    const silent = await tcpServer((socket) => socket.resume());
    expect((await runLoad(plan('tcp', silent, {requests: 4, timeoutMs: 100}), {dial: dialDirect()})).errors.timeout).toBe(4);
  });

  it('a connection whose answers are longer than what was sent is not used again', async () => {
    const port = await tcpServer((socket) => socket.on('data', () => socket.write('a longer answer than the question')));
    const result = await runLoad(plan('tcp', port, {requests: 20}), {dial: dialDirect()});
    expect(result).toMatchObject({succeeded: 20, connectionsOpened: 20});
  });
});

describe('UDP', () => {
  it('a datagram out, a datagram in, over one socket for each connection', async () => {
    const sources = new Set<number>();
    let served = 0;
    const port = await udpServer((bytes, answer, from) => {
      served++;
      sources.add(from);
      answer(Buffer.concat([Buffer.from('pod-1 '), bytes]));
    });
    const result = await runLoad(plan('udp', port, {identify: {by: 'body', pattern: /^pod-\d/}}), {dial: dialUdp()});
    expect(result).toMatchObject({requests: 200, succeeded: 200, connectionsOpened: 4, bytesSent: 3_000, bytesReceived: 4_200});
    expect(result.endpoints).toMatchObject([{endpoint: 'pod-1', requests: 200, connections: 4}]);
    expect([served, sources.size]).toEqual([200, 4]);
    sources.clear();
    const each = await runLoad(plan('udp', port, {connectionPerRequest: true}), {dial: dialUdp()});
    expect([each.succeeded, each.connectionsOpened]).toEqual([200, 200]);
    expect(sources.size).toBeGreaterThan(100); // the system may give a port twice
  });

  it('what is lost is a time-out and not sent again, and an answer that comes late is nobody’s', async () => {
    let served = 0;
    const late: (() => void)[] = [];
    const port = await udpServer((bytes, answer) => {
      served++;
      if (served % 10 !== 0) answer(bytes);
      else late.push(() => answer(bytes));
      if (served % 10 === 5) for (const send of late.splice(0)) send();
    });
    const result = await runLoad(plan('udp', port, {requests: 50, connections: 1, timeoutMs: 150}), {dial: dialUdp()});
    expect(result).toMatchObject({requests: 50, succeeded: 45, connectionsOpened: 5});
    expect([result.errors.timeout, served]).toEqual([5, 50]);
  });

  it('a port that nobody listens at refuses', async () => {
    const port = await udpServer(() => undefined);
    closing.pop()?.();
    const result = await runLoad(plan('udp', port, {requests: 8}), {dial: dialUdp()});
    expect(result.errors.refused).toBe(8);
    expect(result.failures[0]?.detail).toContain('ECONNREFUSED');
  });

  it('a second answer while nothing is asked gives the socket up', async () => {
    const port = await udpServer((bytes, answer) => {
      answer(bytes);
      answer(Buffer.from('again'));
    });
    const {socket} = await dialUdp()({host: '127.0.0.1', port});
    closing.push(() => socket.destroy());
    const told: string[] = [];
    const broken = Promise.withResolvers<void>();
    const wire = datagramWire({payload: Buffer.from('once'), captureBytes: 10, connectionPerRequest: false})(
      socket,
      {
        onBytes: () => undefined,
        onAnswer: ({body, reusable}) => told.push(`${body} ${reusable}`),
        onBroken: (kind, detail) => {
          told.push(`${kind}: ${detail}`);
          broken.resolve();
        },
      },
      null,
    );
    wire.send();
    await broken.promise;
    expect(told).toEqual(['once true', 'other: a datagram that nobody asked for']);
  });
});
