import 'reflect-metadata';
import dgram from 'node:dgram';
import {once} from 'node:events';
import http from 'node:http';
import net from 'node:net';
import {text} from 'node:stream/consumers';
import tls from 'node:tls';
import {PemConverter, X509CertificateGenerator} from '@peculiar/x509';
import {afterEach, describe, expect, it, onTestFinished} from 'vitest';
import {type HostPorts, startHostPorts} from '../../../src/sandbox/network/host-ports.ts';
import {createNetwork} from '../../../src/sandbox/network/network.ts';
import {viewOf} from '../../../src/view/index.ts';
import {endpointOf, nodeObject, podIP, serviceObject, sliceObject} from './small-cluster.ts';

const WEB = {name: 'web-1', node: 2};
const open: HostPorts[] = [];

afterEach(async () => {
  for (const ports of open.splice(0)) await ports.close();
});

async function start(more: Record<string, unknown> = {}) {
  const nodePort = await freePort();
  const service = serviceObject('web', {
    type: 'NodePort',
    clusterIP: '10.96.1.1',
    ports: [{port: 80, targetPort: 8080, nodePort}],
    ...more,
  });
  const state = {objects: [nodeObject(1), nodeObject(2), nodeObject(3), service, sliceObject('web', [endpointOf(WEB, 0)])]};
  const view = () => viewOf(state.objects);
  const network = createNetwork({view});
  const pod = network.attach({
    namespace: 'kiada',
    name: WEB.name,
    uid: '1',
    node: 'sandbox-2',
    ips: [podIP(WEB, 0)],
    hostNetwork: false,
    resolver: {nameservers: [], search: [], options: []},
    hosts: new Map(),
  });
  const ports = startHostPorts({network, view, retryMs: 20});
  open.push(ports);
  await ports.sync();
  return {state, pod, ports, nodePort};
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const {port} = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function get(port: number, agent?: http.Agent): Promise<string> {
  const [response] = (await once(http.get({port, host: '127.0.0.1', agent: agent ?? false}), 'response')) as [http.IncomingMessage];
  return text(response);
}

it('a node port answers on the host, from a client outside, masqueraded to the first node', async () => {
  const {pod, ports, nodePort} = await start();
  const server = http.createServer((request, response) => response.end(`${request.socket.remoteAddress} ${request.socket.localPort}`));
  pod.listen({port: 8080}, (connection) => server.emit('connection', connection));
  const agent = new http.Agent({keepAlive: true, maxSockets: 1});
  expect(await get(nodePort, agent)).toBe('172.18.0.2 8080');
  expect(await get(nodePort, agent)).toBe('172.18.0.2 8080');
  agent.destroy();
  expect(ports.status()).toEqual([
    {service: {kind: 'Service', namespace: 'kiada', name: 'web'}, port: nodePort, protocol: 'TCP', address: '127.0.0.1', why: null},
  ]);
});

it('with externalTrafficPolicy Local it enters at a node that has an endpoint, and the address is the client’s', async () => {
  const {pod, nodePort} = await start({externalTrafficPolicy: 'Local'});
  pod.listen({port: 8080}, (connection) => connection.end(String(connection.remoteAddress)));
  expect(await text(net.connect(nodePort, '127.0.0.1'))).toBe('172.18.0.1');
});

it('TLS ends in the pod', async () => {
  const {pod, nodePort} = await start();
  const server = tls.createServer(await selfSigned(), (socket) => socket.end('over TLS'));
  pod.listen({port: 8080}, (connection) => server.emit('connection', connection));
  expect(await text(tls.connect({port: nodePort, host: '127.0.0.1', rejectUnauthorized: false}))).toBe('over TLS');
  const inside = tls.connect({socket: (await pod.connect({host: '127.0.0.1', port: 8080})) as net.Socket, rejectUnauthorized: false});
  expect(await text(inside)).toBe('over TLS');
});

it('a connection that nobody takes is reset, and so is an open one when the pod dies', async () => {
  const {pod, nodePort} = await start();
  const refused = net.connect(nodePort, '127.0.0.1');
  expect((await once(refused, 'error'))[0]).toMatchObject({code: 'ECONNRESET'});
  pod.listen({port: 8080}, (connection) => connection.write('hello'));
  const held = net.connect(nodePort, '127.0.0.1');
  await once(held, 'data');
  pod.detach();
  expect((await once(held, 'error'))[0]).toMatchObject({code: 'ECONNRESET'});
});

it('comes and goes with its Service', async () => {
  const {state, ports, nodePort} = await start();
  state.objects = state.objects.filter(({kind}) => kind !== 'Service');
  await ports.sync();
  expect(ports.status()).toEqual([]);
  const refused = net.connect(nodePort, '127.0.0.1');
  expect((await once(refused, 'error'))[0]).toMatchObject({code: 'ECONNREFUSED'});
});

it('says that a port is in use, and takes it once it is free', async () => {
  const {state, ports} = await start();
  const other = net.createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const {port} = other.address() as net.AddressInfo;
  const taken = serviceObject('other', {type: 'NodePort', clusterIP: '10.96.1.2', ports: [{port: 80, nodePort: port}]});
  state.objects = [...state.objects, taken];
  await ports.sync();
  const status = () => ports.status().find((entry) => entry.port === port);
  expect(status()).toMatchObject({address: null, why: `port ${port} is in use on 127.0.0.1`});
  other.close();
  const deadline = Date.now() + 5_000;
  while (status()?.address === null && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(status()).toMatchObject({address: '127.0.0.1', why: null});
});

describe('UDP', () => {
  const udp = (nodePort: number) => ({ports: [{port: 53, targetPort: 8080, nodePort, protocol: 'UDP'}]});
  const client = async () => {
    const socket = dgram.createSocket('udp4');
    onTestFinished(() => {
      if (!closed) socket.close();
    });
    let closed = false;
    socket.once('close', () => {
      closed = true;
    });
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return socket;
  };

  it('goes out from outside, each client by a socket of its own, and answers come back to whom they are for', async () => {
    const number = await freePort();
    const {state, pod, ports} = await start(udp(number));
    state.objects = [
      ...state.objects.filter(({kind}) => kind !== 'EndpointSlice'),
      sliceObject('web', [endpointOf(WEB, 0)], 'IPv4', 8080, 'UDP'),
    ];
    const seen = new Set<string>();
    const server = pod.openDatagram({
      port: 8080,
      onMessage: (bytes, from) => {
        seen.add(`${from.address} ${from.port}`);
        server.send(Buffer.from(`got ${bytes}`), from);
      },
    });
    const [one, other] = [await client(), await client()];
    for (const [socket, text] of [
      [one, 'one'],
      [other, 'other'],
      [one, 'again'],
    ] as const) {
      const answer = once(socket, 'message');
      socket.send(text, number, '127.0.0.1');
      const [bytes, from] = (await answer) as [Buffer, dgram.RemoteInfo];
      expect(`${bytes} from ${from.address}:${from.port}`).toBe(`got ${text} from 127.0.0.1:${number}`);
    }
    expect([...seen].map((each) => each.split(' ')[0])).toEqual(['172.18.0.2', '172.18.0.2']);
    expect(ports.status()).toMatchObject([{port: number, protocol: 'UDP', address: '127.0.0.1', why: null}]);
  });

  it('says that a port is in use, keeps nothing open meanwhile, and takes it once it is free', async () => {
    const other = await client();
    const {port} = other.address();
    const handles = () => process.getActiveResourcesInfo().filter((name) => name === 'UDPWrap').length;
    const {ports} = await start(udp(port));
    expect(ports.status()).toMatchObject([{address: null, why: `port ${port} is in use on 127.0.0.1`}]);
    for (let count = 0; count < 5; count++) await ports.sync();
    await expect.poll(handles).toBe(1);
    await new Promise<void>((resolve) => void other.close(() => resolve()));
    await expect.poll(() => ports.status()).toMatchObject([{address: '127.0.0.1', why: null}]);
  });

  it('has the same numbers as TCP, each for itself, and gives them back', async () => {
    const number = await freePort();
    const both = [
      {name: 'dns', port: 53, nodePort: number, protocol: 'UDP'},
      {name: 'dns-tcp', port: 53, nodePort: number},
    ];
    const {state, ports} = await start({ports: both});
    expect(ports.status().map(({protocol, why}) => [protocol, why])).toEqual([
      ['TCP', null],
      ['UDP', null],
    ]);
    state.objects = state.objects.filter(({kind}) => kind !== 'Service');
    await ports.sync();
    const socket = dgram.createSocket('udp4');
    onTestFinished(() => void socket.close());
    socket.bind({port: number, address: '127.0.0.1', exclusive: true});
    await once(socket, 'listening');
  });
});

async function selfSigned(): Promise<{key: string; cert: string}> {
  const algorithm = {name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256'};
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({name: 'CN=test', keys, signingAlgorithm: algorithm});
  return {
    cert: certificate.toString('pem'),
    key: PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY'),
  };
}
