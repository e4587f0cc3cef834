import dgram from 'node:dgram';
import {once} from 'node:events';
import net from 'node:net';
import dnsPacket, {type DecodedPacket} from 'dns-packet';
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest';
import type {KubernetesObject} from '../../src/model/index.ts';
import {type DnsServer, startDnsServer} from '../../src/sandbox/network/dns-server.ts';
import {dialDirect, queryDns} from '../../src/vantage/index.ts';
import {viewOf} from '../../src/view/index.ts';

const endpoints = Array.from({length: 200}, (_, index) => ({addresses: [`10.244.9.${index + 1}`], conditions: {ready: true}}));
const objects: readonly KubernetesObject[] = [
  {
    kind: 'Service',
    metadata: {namespace: 'kiada', name: 'quote'},
    spec: {clusterIPs: ['10.96.20.1', 'fd00:10:96::1'], ports: [{name: 'http', port: 80}]},
  },
  {kind: 'Service', metadata: {namespace: 'kiada', name: 'many'}, spec: {clusterIP: 'None', ports: [{name: 'http', port: 80}]}},
  {kind: 'Service', metadata: {namespace: 'kiada', name: 'time'}, spec: {type: 'ExternalName', externalName: 'worldtimeapi.org'}},
  {
    kind: 'EndpointSlice',
    metadata: {namespace: 'kiada', name: 'many-1', labels: {'kubernetes.io/service-name': 'many'}},
    addressType: 'IPv4',
    ports: [{name: 'http', port: 8080}],
    endpoints,
  },
];

describe('queryDns, of the sandbox’s server', () => {
  let server: DnsServer;
  beforeAll(async () => {
    server = await startDnsServer({view: () => viewOf(objects)});
  });
  afterAll(() => server.close());
  const ask = (name: string, type: string, transport: 'udp' | 'tcp' = 'udp') => queryDns({server, name, type, transport});

  it('gives records as a zone file has them', async () => {
    const record = (name: string, type: string, data: string, ttl = 30) => ({name, type, ttl, data});
    const name = 'quote.kiada.svc.cluster.local.';
    expect((await ask(name, 'A')).answer).toEqual([record(name, 'A', '10.96.20.1')]);
    expect((await ask(name, 'aaaa')).answer).toEqual([record(name, 'AAAA', 'fd00:10:96::1')]);
    expect((await ask(`_http._tcp.${name}`, 'SRV')).answer).toEqual([record(`_http._tcp.${name}`, 'SRV', `0 50 80 ${name}`)]);
    expect((await ask('1.20.96.10.in-addr.arpa.', 'PTR')).answer).toEqual([record('1.20.96.10.in-addr.arpa.', 'PTR', name)]);
    expect((await ask('time.kiada.svc.cluster.local', 'CNAME')).answer).toEqual([
      record('time.kiada.svc.cluster.local.', 'CNAME', 'worldtimeapi.org.'),
    ]);
    expect((await ask('dns-version.cluster.local.', 'TXT')).answer).toEqual([
      record('dns-version.cluster.local.', 'TXT', '"1.1.0"', 28_800),
    ]);
  });

  it('gives the rcode and the SOA of a negative answer, and no EDNS record', async () => {
    const answer = await ask('nobody.kiada.svc.cluster.local.', 'A');
    expect(answer).toMatchObject({rcode: 'NXDOMAIN', answer: [], additional: []});
    expect(answer.authority[0]?.data).toMatch(/^ns\.dns\.cluster\.local\. hostmaster\.cluster\.local\. \d+ 7200 1800 86400 30$/);
    expect(await ask('quote.kiada.svc.cluster.local.', 'TYPE65')).toMatchObject({rcode: 'NOERROR', answer: []});
  });

  it('asks again over TCP for what did not fit, and can ask over TCP alone', async () => {
    expect((await ask('many.kiada.svc.cluster.local.', 'A')).answer).toHaveLength(200);
    expect((await ask('many.kiada.svc.cluster.local.', 'SRV', 'tcp')).additional).toHaveLength(200);
  });

  it('reaches the server by TCP through the dialer that it is given', async () => {
    const dialed: string[] = [];
    const dial: ReturnType<typeof dialDirect> = (target, options) => {
      dialed.push(`${target.host}:${target.port}`);
      return dialDirect()({host: server.address, port: server.port}, options);
    };
    const answer = await queryDns({
      server: {address: '10.96.0.10', port: 53},
      name: 'quote.kiada.svc.cluster.local.',
      type: 'A',
      transport: 'tcp',
      dial,
    });
    expect(answer.answer).toHaveLength(1);
    expect(dialed).toEqual(['10.96.0.10:53']);
  });

  it('refuses a name that DNS cannot carry', async () => {
    await expect(ask(`${'a'.repeat(64)}.cluster.local.`, 'A')).rejects.toMatchObject({code: 'EINVAL'});
    await expect(ask('a..b.', 'A')).rejects.toMatchObject({code: 'EINVAL'});
  });
});

describe('queryDns, of a server that misbehaves', () => {
  const closers: (() => void)[] = [];
  afterEach(() => {
    for (const close of closers.splice(0)) close();
  });

  async function udpServer(onQuery: (query: DecodedPacket, send: (reply: Buffer) => void, count: number) => void) {
    const socket = dgram.createSocket('udp4').bind(0, '127.0.0.1');
    closers.push(() => socket.close());
    let count = 0;
    socket.on('message', (bytes, from) =>
      onQuery(dnsPacket.decode(bytes), (reply) => socket.send(reply, from.port, from.address), ++count),
    );
    await once(socket, 'listening');
    return {address: '127.0.0.1', port: socket.address().port};
  }

  const reply = (query: DecodedPacket, data: string, changes: {id?: number; name?: string} = {}) => {
    const name = changes.name ?? query.questions?.[0]?.name ?? '';
    return dnsPacket.encode({
      type: 'response',
      id: changes.id ?? query.id ?? 0,
      questions: [{name, type: 'A'}],
      answers: [{name, type: 'A', ttl: 5, data}],
    });
  };

  it('passes over replies with another id or question, and bytes that are no message', async () => {
    const server = await udpServer((query, send) => {
      send(Buffer.from('not DNS'));
      send(reply(query, '192.0.2.1', {id: ((query.id ?? 0) + 1) & 0xffff}));
      send(reply(query, '192.0.2.2', {name: 'other.example'}));
      send(reply(query, '192.0.2.3'));
    });
    expect((await queryDns({server, name: 'quote.example.', type: 'A'})).answer).toMatchObject([{data: '192.0.2.3'}]);
  });

  it('sends a lost datagram again', async () => {
    const server = await udpServer((query, send, count) => {
      if (count === 2) send(reply(query, '192.0.2.3'));
    });
    expect((await queryDns({server, name: 'quote.example.', type: 'A', timeoutMs: 600})).answer).toHaveLength(1);
  });

  it('times out where nothing comes, gives up when told, and hears that a port is closed', async () => {
    const server = await udpServer(() => undefined);
    await expect(queryDns({server, name: 'quote.example.', type: 'A', timeoutMs: 60})).rejects.toMatchObject({code: 'ETIMEDOUT'});
    const giveUp = new AbortController();
    setImmediate(() => giveUp.abort(new Error('enough')));
    await expect(queryDns({server, name: 'quote.example.', type: 'A', signal: giveUp.signal})).rejects.toThrow('enough');
    for (const close of closers.splice(0)) close();
    await expect(queryDns({server, name: 'quote.example.', type: 'A'})).rejects.toMatchObject({code: 'ECONNREFUSED'});
  });

  async function tcpServer(onQuery: (query: DecodedPacket, socket: net.Socket) => void) {
    const server = net.createServer((socket) =>
      socket.on('error', () => undefined).on('data', (bytes: Buffer) => onQuery(dnsPacket.decode(bytes.subarray(2)), socket)),
    );
    closers.push(() => server.close());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return {address: '127.0.0.1', port: (server.address() as net.AddressInfo).port};
  }
  const framed = (bytes: Buffer) => Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);

  it('tells a TCP server that answers something else, breaks off or stays silent', async () => {
    const question = {name: 'quote.example.', type: 'A', transport: 'tcp', timeoutMs: 200} as const;
    const other = await tcpServer((query, socket) => socket.write(framed(reply(query, '192.0.2.1', {name: 'other.example'}))));
    await expect(queryDns({server: other, ...question})).rejects.toMatchObject({code: 'EBADRESP'});
    const broken = await tcpServer((query, socket) => socket.end(framed(reply(query, '192.0.2.1')).subarray(0, 20)));
    await expect(queryDns({server: broken, ...question})).rejects.toMatchObject({code: 'ECONNRESET'});
    const silent = await tcpServer(() => undefined);
    await expect(queryDns({server: silent, ...question})).rejects.toMatchObject({code: 'ETIMEDOUT'});
  });

  it('puts a TCP reply together that comes byte by byte', async () => {
    const server = await tcpServer((query, socket) => {
      for (const byte of framed(reply(query, '192.0.2.1'))) socket.write(Buffer.from([byte]));
    });
    expect((await queryDns({server, name: 'quote.example.', type: 'A', transport: 'tcp'})).answer).toHaveLength(1);
  });
});
