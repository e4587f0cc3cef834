import dnsPacket from 'dns-packet';
import {expect, it} from 'vitest';
import {serveClusterDns} from '../../../src/sandbox/network/cluster-dns.ts';
import type {DatagramSocketOptions} from '../../../src/sandbox/network/datagrams.ts';
import {startDnsServer} from '../../../src/sandbox/network/dns-server.ts';
import type {DatagramSocket, SandboxPodNamespace} from '../../../src/sandbox/network/index.ts';
import {viewOf} from '../../../src/view/index.ts';
import {endpointOf, type PodSpec, serviceObject, sliceObject, type TestCluster, testCluster} from './small-cluster.ts';

const PODS: readonly PodSpec[] = [
  {name: 'u-1', node: 1},
  {name: 'u-2', node: 2},
];

/** Two UDP servers that answer with their name, what they got and whom they saw, behind a Service; and a client pod. */
function cluster(pods: readonly PodSpec[] = PODS): {made: TestCluster; client: SandboxPodNamespace} {
  const made = testCluster([
    serviceObject('udp', {
      type: 'NodePort',
      clusterIP: '10.96.1.1',
      clusterIPs: ['10.96.1.1'],
      ports: [{port: 53, targetPort: 8080, nodePort: 30_053, protocol: 'UDP'}],
    }),
    sliceObject('udp', pods.map(endpointOf), 'IPv4', 8080, 'UDP'),
  ]);
  for (const [index, each] of pods.entries()) {
    const pod = made.attach(each, index);
    const socket = pod.openDatagram({
      port: 8080,
      onMessage: (bytes, from) => socket.send(Buffer.from(`${each.name} ${bytes} ${from.address}`), from),
    });
  }
  return {made, client: made.attach({name: 'client', node: 3}, 9)};
}

/** Sends one datagram and waits for one answer, or for the refusal. */
function ask(open: (options: DatagramSocketOptions) => DatagramSocket, to: {address: string; port: number}): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = open({
      onMessage: (bytes, from) => {
        socket.close();
        resolve(`${bytes} by ${from.address}:${from.port}`);
      },
      onRefused: reject,
    });
    socket.send(Buffer.from('hello'), to);
  });
}

it('a datagram to a UDP Service reaches an endpoint, and its answer comes from the Service', async () => {
  const {client} = cluster();
  expect(await ask(client.openDatagram, {address: '10.96.1.1', port: 53})).toMatch(/^u-[12] hello 10\.244\.3\.19 by 10\.96\.1\.1:53$/);
});

it('through a node port it is masqueraded and still answered', async () => {
  const {made} = cluster();
  const open = (options: DatagramSocketOptions) => made.network.openDatagram({kind: 'Outside'}, options);
  expect(await ask(open, {address: '172.18.0.4', port: 30_053})).toMatch(/^u-[12] hello 172\.18\.0\.4 by 172\.18\.0\.4:30053$/);
});

it('a socket keeps to one endpoint until that leaves the Service', async () => {
  const {made, client} = cluster();
  const answers: string[] = [];
  const socket = client.openDatagram({onMessage: (bytes) => answers.push(String(bytes).slice(0, 3))});
  for (let count = 1; count <= 20; count++) {
    socket.send(Buffer.from('x'), {address: '10.96.1.1', port: 53});
    await until(() => answers.length === count);
  }
  expect(new Set(answers).size).toBe(1);
  const other = PODS.findIndex(({name}) => name !== answers[0]);
  made.objects = made.objects.map((object) =>
    object.kind === 'EndpointSlice' ? sliceObject('udp', [endpointOf(PODS[other] as PodSpec, other)], 'IPv4', 8080, 'UDP') : object,
  );
  socket.send(Buffer.from('x'), {address: '10.96.1.1', port: 53});
  await until(() => answers.length === 21);
  expect(answers[20]).toBe(PODS[other]?.name);
});

it('is told where nobody listens, and a Service without endpoints refuses', async () => {
  const {client} = cluster([]);
  await expect(ask(client.openDatagram, {address: '10.96.1.1', port: 53})).rejects.toMatchObject({code: 'ECONNREFUSED'});
  await expect(ask(client.openDatagram, {address: '10.244.3.19', port: 9})).rejects.toMatchObject({code: 'ECONNREFUSED'});
});

it('refuses what no datagram can hold', () => {
  const socket = cluster().client.openDatagram({onMessage: () => undefined});
  expect(() => socket.send(new Uint8Array(65_508), {address: '10.96.1.1', port: 53})).toThrow(expect.objectContaining({code: 'EMSGSIZE'}));
});

it('cluster DNS answers at its address over UDP and TCP, for pods only', async () => {
  const {made, client} = cluster();
  const server = await startDnsServer({view: () => viewOf(made.objects)});
  const dns = serveClusterDns(made.network, ['10.96.0.10'], server.answer);
  const question = {type: 'A' as const, name: 'udp.kiada.svc.cluster.local'};
  const overUdp = await new Promise<Buffer>((resolve) => {
    const socket = client.openDatagram({onMessage: resolve});
    socket.send(dnsPacket.encode({type: 'query', id: 7, questions: [question]}), {address: '10.96.0.10', port: 53});
  });
  expect(dnsPacket.decode(overUdp).answers).toMatchObject([{data: '10.96.1.1'}]);
  const stream = await client.connect({host: '10.96.0.10', port: 53});
  stream.end(dnsPacket.streamEncode({type: 'query', id: 8, questions: [question]}));
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  expect(dnsPacket.streamDecode(Buffer.concat(chunks)).answers).toMatchObject([{data: '10.96.1.1'}]);
  await expect(made.network.dial({kind: 'Outside'}, {host: '10.96.0.10', port: 53})).rejects.toMatchObject({code: 'ENETUNREACH'});
  dns.close();
  await server.close();
});

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
