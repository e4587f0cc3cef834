import {once} from 'node:events';
import {afterEach, describe, expect, it} from 'vitest';
import {KiadaError} from '../../src/errors.ts';
import {type LoadPlan, runLoad} from '../../src/load/index.ts';
import {type Socks5Server, startSocks5} from '../../src/sandbox/network/socks5.ts';
import {dialUdpSocks5, socks5User} from '../../src/vantage/index.ts';
import {endpointOf, serviceObject, sliceObject, type TestCluster, testCluster} from '../sandbox/network/small-cluster.ts';

const PODS = [
  {name: 'u-1', node: 1},
  {name: 'u-2', node: 2},
];
const POD = socks5User({kind: 'Pod', namespace: 'kiada', name: 'kiada-001'});
const open: {close(): unknown}[] = [];
afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close();
});

/** A UDP Service `echo` with two pods that give each datagram back, one without pods, one that never answers; a client pod. */
async function startDoor(): Promise<{made: TestCluster; door: Socks5Server}> {
  const service = (name: string, number: number) =>
    serviceObject(name, {
      clusterIP: `10.96.1.${number}`,
      clusterIPs: [`10.96.1.${number}`],
      ports: [{port: 7, targetPort: 8080, protocol: 'UDP'}],
    });
  const silent = {name: 'silent', node: 1};
  const made = testCluster([
    service('echo', 1),
    sliceObject('echo', PODS.map(endpointOf), 'IPv4', 8080, 'UDP'),
    service('nobody', 2),
    service('silent', 3),
    sliceObject('silent', [endpointOf(silent, 5)], 'IPv4', 8080, 'UDP'),
  ]);
  for (const [index, pod] of PODS.entries()) {
    const socket = made.attach(pod, index).openDatagram({port: 8080, onMessage: (bytes, from) => socket.send(bytes, from)});
  }
  made.attach(silent, 5).openDatagram({port: 8080, onMessage: () => undefined});
  made.attach({name: 'kiada-001', node: 3}, 9);
  const door = await startSocks5({network: made.network, token: 'secret'});
  open.push(door);
  return {made, door};
}

const through = (door: Pick<Socks5Server, 'address' | 'port'>, user = POD, password = 'secret') =>
  dialUdpSocks5({host: door.address, port: door.port, user, password});

describe('dialUdpSocks5 at the sandbox’s own door', () => {
  it('sends datagrams along a Service from a pod, by name, and knows the endpoint with the first answer', async () => {
    const {door} = await startDoor();
    const flow = await through(door)({host: 'echo', port: 7});
    open.push({close: () => flow.socket.destroy()});
    expect(flow.endpoint).toBeNull();
    flow.socket.write('one');
    const [answer] = await once(flow.socket, 'data');
    expect(String(answer)).toBe('one');
    expect(flow.endpoint?.port).toBe(8080);
    expect(['10.244.1.10', '10.244.2.11']).toContain(flow.endpoint?.address);
    flow.socket.write('two');
    expect(String((await once(flow.socket, 'data'))[0])).toBe('two');
  });

  it('tells what came back as an error of the stream, by its code', async () => {
    const {door} = await startDoor();
    const failing = async (host: string, user?: string): Promise<unknown> => {
      const {socket} = await through(door, user)({host, port: 7});
      open.push({close: () => socket.destroy()});
      socket.write('hello');
      const [error] = await once(socket.resume(), 'error').catch((thrown) => [thrown]);
      return error;
    };
    expect(await failing('10.96.1.2')).toMatchObject({name: 'DialError', code: 'ECONNREFUSED'});
    expect(await failing('no-such-service')).toMatchObject({name: 'DialError', code: 'EHOSTUNREACH'});
    expect(await failing('192.0.2.1', 'outside')).toMatchObject({name: 'DialError', code: 'ENETUNREACH'});
  });

  it('ends with the door, and leaves nothing open behind it', async () => {
    const {door} = await startDoor();
    const {socket} = await through(door)({host: 'echo', port: 7});
    const ended = once(socket.resume(), 'error').catch((thrown) => [thrown]);
    await door.close();
    expect((await ended)[0]).toMatchObject({code: 'ECONNRESET'});
  });

  it('tells a wrong password from a door that is not there', async () => {
    const {door} = await startDoor();
    await expect(through(door, POD, 'guess')({host: 'echo', port: 7})).rejects.toMatchObject({code: 'EACCES'});
    await expect(through(door, 'pod.absent.kiada')({host: 'echo', port: 7})).rejects.toMatchObject({code: 'ENETUNREACH'});
    await door.close();
    const failure = await through(door)({host: 'echo', port: 7}).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(KiadaError);
  });
});

describe('load over it', () => {
  const plan = (host: string, more: Partial<LoadPlan>): LoadPlan => ({
    target: {host, port: 7},
    request: null,
    protocol: 'udp',
    payload: Buffer.from('hello'),
    tls: null,
    pace: {mode: 'closed'},
    connections: 4,
    connectionPerRequest: true,
    durationMs: null,
    requests: 200,
    warmupMs: 0,
    timeoutMs: 5_000,
    identify: {by: 'auto'},
    failureSamples: 10,
    ...more,
  });

  it('names the endpoint of every answer', async () => {
    const {door} = await startDoor();
    const each = await runLoad(plan('10.96.1.1', {}), {dial: through(door)});
    expect(each).toMatchObject({requests: 200, succeeded: 200, connectionsOpened: 200, unidentified: 0});
    expect(each.endpoints.map(({endpoint}) => endpoint)).toEqual(['10.244.1.10:8080', '10.244.2.11:8080']);
    expect(Math.min(...each.endpoints.map(({connections}) => connections))).toBeGreaterThan(50);
    const kept = await runLoad(plan('10.96.1.1', {connectionPerRequest: false}), {dial: through(door)});
    expect(kept).toMatchObject({succeeded: 200, connectionsOpened: 4, unidentified: 0});
  });

  it('counts what comes back as refused and what is lost as a time-out, with the endpoint that kept silent', async () => {
    const {door} = await startDoor();
    const refused = await runLoad(plan('10.96.1.2', {requests: 20}), {dial: through(door)});
    expect(refused.errors).toMatchObject({refused: 20, timeout: 0});
    const lost = await runLoad(plan('10.96.1.3', {requests: 4, timeoutMs: 150}), {dial: through(door)});
    expect(lost.errors).toMatchObject({refused: 0, timeout: 4});
    expect(lost.failures[0]?.endpoint).toBe('10.244.1.15:8080');
  });
});
