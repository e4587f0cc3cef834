import dgram from 'node:dgram';
import {once} from 'node:events';
import type net from 'node:net';
import {afterEach, describe, expect, it} from 'vitest';
import type {SandboxPodNamespace} from '../../../src/sandbox/network/index.ts';
import {type Socks5Options, type Socks5Server, startSocks5} from '../../../src/sandbox/network/socks5.ts';
import {endpointOf, type PodSpec, serviceObject, sliceObject, type TestCluster, testCluster} from './small-cluster.ts';
import {TOKEN, talk} from './socks5-client.ts';

const PODS: readonly PodSpec[] = [
  {name: 'u-1', node: 1},
  {name: 'u-2', node: 2},
];
const open: {close(): unknown}[] = [];

afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close();
});

interface Setting {
  readonly made: TestCluster;
  readonly door: Socks5Server;
  readonly client: SandboxPodNamespace;
}

/** Two UDP servers that answer with their name, what they got and whom they saw, behind a Service; one without pods; a client pod, and the door. */
async function start(options: Partial<Socks5Options> = {}): Promise<Setting> {
  const made = testCluster([
    serviceObject('udp', {
      type: 'NodePort',
      clusterIP: '10.96.1.1',
      clusterIPs: ['10.96.1.1'],
      ports: [{port: 53, targetPort: 8080, nodePort: 30_053, protocol: 'UDP'}],
    }),
    sliceObject('udp', PODS.map(endpointOf), 'IPv4', 8080, 'UDP'),
    serviceObject('nobody', {clusterIP: '10.96.1.2', clusterIPs: ['10.96.1.2'], ports: [{port: 53, protocol: 'UDP'}]}),
  ]);
  for (const [index, each] of PODS.entries()) {
    const socket = made.attach(each, index).openDatagram({
      port: 8080,
      onMessage: (bytes, from) => socket.send(Buffer.from(`${each.name} ${bytes} ${from.address}`), from),
    });
  }
  const client = made.attach({name: 'kiada-001', node: 3}, 9);
  const door = await startSocks5({network: made.network, token: TOKEN, ...options});
  open.push(door);
  return {made, door, client};
}

interface Association {
  readonly udp: dgram.Socket;
  readonly control: net.Socket;
  readonly relay: number;
  /** All replies so far behind the first, as bytes. */
  readonly told: () => Buffer;
  readonly heard: readonly Buffer[];
  send(datagram: Buffer): void;
}

async function udpSocket(): Promise<dgram.Socket> {
  const socket = dgram.createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  open.push(socket);
  return socket;
}

function associateRequest(port: number, address: readonly number[] = [127, 0, 0, 1]): Buffer {
  return Buffer.from([5, 3, 0, 1, ...address, port >> 8, port & 255]);
}

/** Asks for an association with bytes and sees what the door answers to the request. */
async function associate(door: Socks5Server, user: string, address?: readonly number[]): Promise<Association> {
  const udp = await udpSocket();
  const control = await talk(door, associateRequest(udp.address().port, address), {user});
  open.push({close: () => control.destroy()});
  let bytes = Buffer.alloc(0);
  control.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
  });
  await expect.poll(() => bytes.length).toBeGreaterThanOrEqual(14);
  expect([...bytes.subarray(0, 12)]).toEqual([5, 2, 1, 0, 5, 0, 0, 1, 127, 0, 0, 1]);
  const relay = bytes.readUInt16BE(12);
  const heard: Buffer[] = [];
  udp.on('message', (datagram) => heard.push(datagram));
  const send = (datagram: Buffer): void => udp.send(datagram, relay, '127.0.0.1');
  return {udp, control, relay, heard, told: () => bytes.subarray(14), send};
}

function toAddress(address: readonly number[], port: number, text: string): Buffer {
  return Buffer.from([0, 0, 0, 1, ...address, port >> 8, port & 255, ...Buffer.from(text)]);
}

function toName(name: string, port: number, text: string): Buffer {
  return Buffer.from([0, 0, 0, 3, name.length, ...Buffer.from(name), port >> 8, port & 255, ...Buffer.from(text)]);
}

const SERVICE = [10, 96, 1, 1];
const NOBODY = [10, 96, 1, 2];

describe('UDP through the SOCKS5 door', () => {
  it('reaches a Service from a pod, and the answer comes from the Service', async () => {
    const {door} = await start();
    const {send, heard, told} = await associate(door, 'pod.kiada-001.kiada');
    send(toAddress(SERVICE, 53, 'hello'));
    await expect.poll(() => heard.length).toBe(1);
    expect([...(heard[0] as Buffer).subarray(0, 10)]).toEqual([0, 0, 0, 1, ...SERVICE, 0, 53]);
    const answer = String(heard[0]?.subarray(10));
    expect(answer).toMatch(/^u-[12] hello 10\.244\.3\.19$/);
    // the reply as to a CONNECT, with the endpoint behind the Service
    const pod = answer.startsWith('u-1') ? [10, 244, 1, 10] : [10, 244, 2, 11];
    await expect.poll(() => [...told()]).toEqual([5, 0, 0, 1, ...pod, 8080 >> 8, 8080 & 255]);
  });

  it('from a node by its address, from outside by a node port', async () => {
    const {door} = await start();
    const node = await associate(door, 'node.sandbox-3');
    node.send(toAddress(SERVICE, 53, 'hello'));
    await expect.poll(() => node.heard.map((bytes) => String(bytes.subarray(10)))[0]).toMatch(/^u-[12] hello 172\.18\.0\.4$/);
    const outside = await associate(door, 'outside.203.0.113.7');
    outside.send(toAddress([172, 18, 0, 4], 30_053, 'hello'));
    await expect.poll(() => outside.heard.map((bytes) => String(bytes.subarray(10)))[0]).toMatch(/^u-[12] hello 172\.18\.0\.4$/);
  });

  it('resolves names at the vantage', async () => {
    const {door} = await start();
    const inside = await associate(door, 'pod.kiada-001.kiada');
    inside.send(toName('udp', 53, 'hello'));
    await expect.poll(() => inside.heard.length).toBe(1);
    expect([...(inside.heard[0] as Buffer).subarray(0, 10)]).toEqual([0, 0, 0, 1, ...SERVICE, 0, 53]);
    const outside = await associate(door, 'outside');
    outside.send(toName('udp.kiada.svc.cluster.local', 53, 'hello'));
    await expect.poll(() => [...outside.told()]).toEqual([5, 4, 0, 1, 0, 0, 0, 0, 0, 0]);
  });

  it('an association is a socket: it keeps to its endpoint, and each new one is a draw of its own', async () => {
    const {door} = await start();
    const names = new Set<string>();
    for (let count = 0; count < 40 && names.size < 2; count++) {
      const {send, heard, control} = await associate(door, 'pod.kiada-001.kiada');
      for (let datagram = 1; datagram <= 5; datagram++) {
        send(toAddress(SERVICE, 53, 'hello'));
        await expect.poll(() => heard.length, {interval: 2}).toBe(datagram);
      }
      const own = new Set(heard.map((bytes) => String(bytes.subarray(10, 13))));
      expect(own.size).toBe(1);
      for (const name of own) names.add(name);
      control.destroy();
    }
    expect([...names].toSorted()).toEqual(['u-1', 'u-2']);
  });

  it('says of each datagram that came back why, and goes on', async () => {
    const {door} = await start();
    const {send, heard, told} = await associate(door, 'pod.kiada-001.kiada');
    send(toAddress(NOBODY, 53, 'to a Service without endpoints'));
    await expect.poll(() => [...told()]).toEqual([5, 5, 0, 1, 0, 0, 0, 0, 0, 0]);
    send(toAddress([10, 244, 1, 10], 9, 'to a pod that does not listen there'));
    await expect.poll(() => [...told()].slice(10)).toEqual([5, 5, 0, 1, 0, 0, 0, 0, 0, 0]);
    send(toAddress([192, 0, 2, 1], 9, 'to where no route leads'));
    await expect.poll(() => [...told()].slice(20)).toEqual([5, 3, 0, 1, 0, 0, 0, 0, 0, 0]);
    send(toAddress(SERVICE, 53, 'hello'));
    await expect.poll(() => heard.length).toBe(1);
  });

  it('takes no datagram but from the address that was named with the password', async () => {
    const {door} = await start();
    const {send, heard, relay} = await associate(door, 'pod.kiada-001.kiada');
    const stranger = await udpSocket();
    const elsewhere = dgram.createSocket('udp4').bind(0, '127.0.0.2');
    open.push(elsewhere);
    const overheard: Buffer[] = [];
    for (const socket of [stranger, elsewhere]) {
      socket.on('message', (bytes) => overheard.push(bytes));
      for (let count = 0; count < 10; count++) socket.send(toAddress(SERVICE, 53, 'let me in'), relay, '127.0.0.1');
    }
    for (let count = 1; count <= 10; count++) {
      send(toAddress(SERVICE, 53, 'hello'));
      await expect.poll(() => heard.length).toBe(count);
    }
    expect(heard.filter((bytes) => String(bytes).includes('let me in'))).toEqual([]);
    expect(overheard).toEqual([]);
  });

  it('takes all zeros with a port for the address that the client has', async () => {
    const {door} = await start();
    const {send, heard} = await associate(door, 'pod.kiada-001.kiada', [0, 0, 0, 0]);
    send(toAddress(SERVICE, 53, 'hello'));
    await expect.poll(() => heard.length).toBe(1);
  });

  it('drops fragments and what is no datagram of SOCKS', async () => {
    const {door} = await start();
    const {send, heard, told} = await associate(door, 'pod.kiada-001.kiada');
    const good = toAddress(SERVICE, 53, 'hello');
    const bad = [
      Buffer.alloc(0),
      ...Array.from({length: 10}, (_, length) => good.subarray(0, length)),
      Buffer.from([0, 0, 1, ...good.subarray(3)]),
      Buffer.from([0, 0, 0x80, ...good.subarray(3)]),
      Buffer.from([1, 0, 0, ...good.subarray(3)]),
      Buffer.from([0, 0, 0, 9, ...good.subarray(4)]),
      toAddress(SERVICE, 0, 'to no port'),
      toName('', 53, 'to nobody'),
      toName('udp', 53, '').subarray(0, 8),
      Buffer.from([0, 0, 0, 4, ...good.subarray(4)]),
      Buffer.alloc(65_507, 0xff),
    ];
    for (const datagram of bad) send(datagram);
    send(good);
    await expect.poll(() => heard.length).toBe(1);
    expect(String(heard[0]?.subarray(10))).toContain('hello');
    expect(told().length).toBe(10);
  });

  it('ends with its TCP connection, whoever ends that', async () => {
    const {door, client} = await start();
    for (const end of ['client', 'half', 'pod'] as const) {
      const {control, relay, send, heard} = await associate(door, 'pod.kiada-001.kiada');
      send(toAddress(SERVICE, 53, 'hello'));
      await expect.poll(() => heard.length).toBe(1);
      const closed = new Promise((resolve) => control.on('error', () => undefined).once('close', resolve));
      if (end === 'client') control.destroy();
      else if (end === 'half') control.end();
      else client.detach();
      await closed;
      await expect.poll(() => isFree(relay)).toBe(true);
    }
  });

  it('refuses more associations than it may have, until one ends', async () => {
    const {door} = await start({maxAssociations: 2});
    const [first] = [await associate(door, 'outside'), await associate(door, 'outside')];
    const refused = await talk(door, associateRequest(9), {user: 'outside'});
    const chunks = await refused.toArray();
    expect([...Buffer.concat(chunks)].slice(0, 6)).toEqual([5, 2, 1, 0, 5, 1]);
    first.control.destroy();
    await expect.poll(() => isFree(first.relay)).toBe(true);
    await associate(door, 'outside');
  });

  it('does not associate for a vantage that does not exist', async () => {
    const {door} = await start();
    const refused = await talk(door, associateRequest(9), {user: 'pod.absent.kiada'});
    expect([...Buffer.concat(await refused.toArray())].slice(0, 6)).toEqual([5, 2, 1, 0, 5, 3]);
  });

  it('loses an answer that comes when the client is gone', async () => {
    const {door, made} = await start();
    const late = made.attach({name: 'late', node: 1}, 7);
    let answer: () => void = () => undefined;
    const server = late.openDatagram({port: 9, onMessage: (bytes, from) => (answer = () => server.send(bytes, from))});
    const {control, send, relay} = await associate(door, 'pod.kiada-001.kiada');
    send(toAddress([10, 244, 1, 17], 9, 'hello'));
    const idle = answer;
    await expect.poll(() => answer !== idle).toBe(true);
    answer();
    control.destroy(); // in the same turn: the answer is on its way
    await expect.poll(() => isFree(relay)).toBe(true);
    answer();
    const again = await associate(door, 'pod.kiada-001.kiada');
    again.send(toAddress(SERVICE, 53, 'hello'));
    await expect.poll(() => again.heard.length).toBe(1);
  });
});

/** Whether nobody has the UDP port. */
async function isFree(port: number): Promise<boolean> {
  const socket = dgram.createSocket('udp4');
  const {promise, resolve} = Promise.withResolvers<boolean>();
  socket.once('error', () => resolve(false)).bind(port, '127.0.0.1', () => resolve(true));
  const free = await promise;
  socket.close();
  return free;
}
