import {execFile, execFileSync} from 'node:child_process';
import {once} from 'node:events';
import net from 'node:net';
import {promisify} from 'node:util';
import dnsPacket, {type DecodedPacket, type Packet} from 'dns-packet';
import fc from 'fast-check';
import {afterAll, beforeAll, describe, expect, it, vi} from 'vitest';
import type {KubernetesObject} from '../../../src/model/index.ts';
import {answerPacket, type DnsServer, startDnsServer} from '../../../src/sandbox/network/dns-server.ts';
import {viewOf} from '../../../src/view/index.ts';

const run = promisify(execFile);

const METADATA = {namespace: 'kiada'};
const view = viewOf([
  service('quote', {clusterIP: '10.96.20.1', clusterIPs: ['10.96.20.1', 'fd00:10:96::1'], ports: [{name: 'http', port: 80}]}),
  service('quiz', {clusterIP: 'None', ports: [{name: 'http', port: 80}]}),
  slice('quiz', ['10.244.1.1', '10.244.2.1', '10.244.3.1']),
  service('many', {clusterIP: 'None', ports: [{name: 'http', port: 80}]}),
  slice(
    'many',
    Array.from({length: 200}, (_, index) => `10.244.9.${index + 1}`),
  ),
  service('time-api', {type: 'ExternalName', externalName: 'worldtimeapi.org'}),
  service('wide', {type: 'ExternalName', externalName: `${'a'.repeat(64)}.example`}),
]);

function service(name: string, spec: Record<string, unknown>): KubernetesObject {
  return {apiVersion: 'v1', kind: 'Service', metadata: {...METADATA, name}, spec};
}

function slice(name: string, addresses: readonly string[]): KubernetesObject {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {...METADATA, name: `${name}-1`, labels: {'kubernetes.io/service-name': name}},
    addressType: 'IPv4',
    ports: [{name: 'http', port: 8080, protocol: 'TCP'}],
    endpoints: addresses.map((address) => ({addresses: [address], conditions: {ready: true}})),
  };
}

function query(name: string, type: string, more: Partial<Packet> = {}): Buffer {
  return dnsPacket.encode({type: 'query', id: 7, flags: dnsPacket.RECURSION_DESIRED, questions: [{name, type: type as 'A'}], ...more});
}

function ask(bytes: Uint8Array, transport: 'udp' | 'tcp' = 'udp', turn = 0): DecodedPacket & {rcode: string} {
  const reply = answerPacket(view, bytes, {transport, turn, ttl: 30, podRecords: 'insecure'});
  if (reply === null) throw new Error('no answer');
  if (transport === 'udp') expect(reply.length).toBeLessThanOrEqual(65_507);
  return dnsPacket.decode(reply) as DecodedPacket & {rcode: string};
}

const edns = (udpPayloadSize: number, ednsVersion = 0): Partial<Packet> => ({
  additionals: [{type: 'OPT', name: '.', udpPayloadSize, extendedRcode: 0, ednsVersion, flags: 0, flag_do: false, options: []}],
});

describe('one packet', () => {
  it('is answered with the question, authoritatively, and without recursion offered', () => {
    const reply = ask(query('Quote.kiada.svc.cluster.local', 'A'));
    expect(reply).toMatchObject({id: 7, type: 'response', rcode: 'NOERROR', flag_aa: true, flag_rd: true, flag_ra: false, flag_tc: false});
    expect(reply.questions).toEqual([{name: 'Quote.kiada.svc.cluster.local', type: 'A', class: 'IN'}]);
    expect(reply.answers).toMatchObject([{name: 'Quote.kiada.svc.cluster.local', type: 'A', ttl: 30, data: '10.96.20.1'}]);
  });

  it('carries every type that cluster DNS has', () => {
    expect(ask(query('quote.kiada.svc.cluster.local', 'AAAA')).answers).toMatchObject([{data: 'fd00:10:96::1'}]);
    expect(ask(query('time-api.kiada.svc.cluster.local', 'A')).answers).toMatchObject([{type: 'CNAME', data: 'worldtimeapi.org'}]);
    expect(ask(query('1.20.96.10.in-addr.arpa', 'PTR')).answers).toMatchObject([{data: 'quote.kiada.svc.cluster.local'}]);
    expect(ask(query('dns-version.cluster.local', 'TXT')).answers).toMatchObject([{ttl: 28_800, data: [Buffer.from('1.1.0')]}]);
    const srv = ask(query('_http._tcp.quote.kiada.svc.cluster.local', 'SRV'));
    expect(srv.answers).toMatchObject([{data: {priority: 0, weight: 50, port: 80, target: 'quote.kiada.svc.cluster.local'}}]);
    expect(srv.additionals).toMatchObject([{data: '10.96.20.1'}, {data: 'fd00:10:96::1'}]);
  });

  it('tells a name that does not exist from one without such records, with the SOA both times', () => {
    const soa = [{name: 'cluster.local', type: 'SOA', ttl: 30, data: {mname: 'ns.dns.cluster.local', minimum: 30}}];
    expect(ask(query('nobody.kiada.svc.cluster.local', 'A'))).toMatchObject({
      rcode: 'NXDOMAIN',
      flag_aa: true,
      answers: [],
      authorities: soa,
    });
    expect(ask(query('quiz.kiada.svc.cluster.local', 'AAAA'))).toMatchObject({
      rcode: 'NOERROR',
      flag_aa: true,
      answers: [],
      authorities: soa,
    });
  });

  it('rotates the addresses of a headless Service from turn to turn', () => {
    const firsts = [0, 1, 2, 3].map((turn) => ask(query('quiz.kiada.svc.cluster.local', 'A'), 'udp', turn).answers?.[0]);
    expect(firsts).toMatchObject([{data: '10.244.1.1'}, {data: '10.244.2.1'}, {data: '10.244.3.1'}, {data: '10.244.1.1'}]);
  });

  it('is truncated to 512 bytes, or to what the client advertises, and never over TCP', () => {
    const name = 'many.kiada.svc.cluster.local';
    const small = answerPacket(view, query(name, 'A'), {transport: 'udp'}) as Buffer;
    expect(small.length).toBeLessThanOrEqual(512);
    expect(small.length).toBeGreaterThan(480);
    expect(ask(query(name, 'A'))).toMatchObject({flag_tc: true});
    const middle = answerPacket(view, query(name, 'A', edns(1232)), {transport: 'udp'}) as Buffer;
    expect(middle.length).toBeLessThanOrEqual(1232);
    expect(dnsPacket.decode(middle).additionals).toMatchObject([{type: 'OPT'}]);
    expect(ask(query(name, 'A', edns(4096)))).toMatchObject({flag_tc: false});
    expect(ask(query(name, 'A', edns(4096))).answers).toHaveLength(200);
    expect(ask(query(name, 'A', edns(100))).answers?.length, 'less than 512 counts as 512').toBeGreaterThan(20);
    expect(ask(query(name, 'A'), 'tcp')).toMatchObject({flag_tc: false});
    expect(ask(query(name, 'SRV'), 'tcp').answers).toHaveLength(200);
  });

  it('of another opcode is NOTIMP, of another class REFUSED, of another EDNS version BADVERS, a transfer REFUSED', () => {
    const notify = query('cluster.local', 'SOA');
    notify.writeUInt16BE(4 << 11, 2);
    expect(ask(notify)).toMatchObject({rcode: 'NOTIMP', id: 7});
    expect(ask(query('quote.kiada.svc.cluster.local', 'A', {questions: [{name: 'version.bind', type: 'TXT', class: 'CH'}]}))).toMatchObject(
      {rcode: 'REFUSED', flag_aa: false},
    );
    expect(ask(query('quote.kiada.svc.cluster.local', 'A', edns(1232, 1)))).toMatchObject({
      answers: [],
      additionals: [{type: 'OPT', extendedRcode: 1}],
    });
    expect(ask(query('cluster.local', 'AXFR'))).toMatchObject({rcode: 'REFUSED'});
  });

  it('about a name outside the cluster is SERVFAIL: nothing lies upstream', () => {
    expect(ask(query('example.com', 'A'))).toMatchObject({rcode: 'SERVFAIL', flag_aa: false, answers: [], authorities: []});
    expect(ask(query('9.9.9.9.in-addr.arpa', 'PTR')), 'reverse names are the cluster’s').toMatchObject({rcode: 'NXDOMAIN'});
  });

  it('about a name of one label is NXDOMAIN, as from the root', () => {
    expect(ask(query('nosuch', 'A'))).toMatchObject({rcode: 'NXDOMAIN', flag_aa: true, answers: [], authorities: []});
  });

  it('whose answer DNS cannot carry is SERVFAIL', () => {
    expect(ask(query('wide.kiada.svc.cluster.local', 'CNAME'))).toMatchObject({rcode: 'SERVFAIL', answers: []});
  });

  it('that is broken is FORMERR, and nothing at all where no header can be read or it is an answer itself', () => {
    const whole = query('quote.kiada.svc.cluster.local', 'A');
    const withCounts = (offset: number, count: number) => {
      const bytes = Buffer.from(whole);
      bytes.writeUInt16BE(count, offset);
      return bytes;
    };
    const broken = [
      whole.subarray(0, whole.length - 1),
      Buffer.concat([whole, Buffer.from([0])]),
      withCounts(4, 0),
      withCounts(4, 2),
      withCounts(6, 1),
      withCounts(10, 1),
      Buffer.concat([whole.subarray(0, 12), Buffer.from([0xc0, 12, 0, 1, 0, 1])]),
      Buffer.concat([whole.subarray(0, 12), Buffer.from([64, 0, 0, 1, 0, 1])]),
    ];
    for (const bytes of broken) expect(ask(bytes)).toMatchObject({rcode: 'FORMERR', id: 7, questions: []});
    expect(answerPacket(view, whole.subarray(0, 11), {transport: 'udp'})).toBeNull();
    expect(answerPacket(view, dnsPacket.encode({type: 'response', id: 7}), {transport: 'udp'})).toBeNull();
  });

  it('with a dot inside a label asks for no other name, and gets its question back byte for byte', () => {
    const labels = ['quote.kiada', 'svc', 'cluster', 'local'].map((label) =>
      Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]),
    );
    const question = Buffer.concat([...labels, Buffer.from([0, 0, 1, 0, 1])]);
    const header = query('x', 'A').subarray(0, 12);
    const reply = answerPacket(view, Buffer.concat([header, question]), {transport: 'udp'}) as Buffer;
    expect(reply.readUInt16BE(2) & 0xf).toBe(3);
    expect(reply.subarray(12, 12 + question.length)).toEqual(question);
  });

  it('of any bytes never throws, and its answer can be decoded and keeps its size', () => {
    const mutated = fc
      .tuple(fc.constantFrom(...SEEDS), fc.array(fc.tuple(fc.nat(200), fc.nat(255)), {maxLength: 6}), fc.nat(80))
      .map(([seed, edits, cut]) => {
        const bytes = Buffer.from(seed);
        for (const [at, value] of edits) bytes[at % bytes.length] = value;
        return bytes.subarray(0, Math.max(0, bytes.length - (cut > 60 ? cut - 60 : 0)));
      });
    const anyBytes = fc.oneof(
      fc.uint8Array({maxLength: 600}).map((bytes) => Buffer.from(bytes)),
      mutated,
    );
    fc.assert(
      fc.property(anyBytes, fc.constantFrom('udp' as const, 'tcp' as const), (bytes, transport) => {
        const reply = answerPacket(view, bytes, {transport, podRecords: 'insecure'});
        if (reply === null) return;
        expect(reply.readUInt16BE(0)).toBe(bytes.readUInt16BE(0));
        expect(reply.readUInt16BE(2) & 0x8000).toBe(0x8000);
        dnsPacket.decode(reply);
      }),
      {numRuns: 3000},
    );
  });
});

const SEEDS = [
  query('quote.kiada.svc.cluster.local', 'A', edns(1232)),
  query('_http._tcp.quiz.kiada.svc.cluster.local', 'SRV'),
  query('many.kiada.svc.cluster.local', 'A', edns(65_000)),
  query('1.20.96.10.in-addr.arpa', 'PTR'),
];

const digIsThere = hasDig();

function hasDig(): boolean {
  try {
    execFileSync('dig', ['-v'], {stdio: 'ignore'});
    return true;
  } catch {
    // not installed: the tests that need it say so
    return false;
  }
}

describe('the server', () => {
  let server: DnsServer;
  beforeAll(async () => {
    server = await startDnsServer({view: () => view, idleMs: 300});
  });
  afterAll(() => server.close());

  const dig = async (...args: string[]) => {
    const {stdout} = await run('dig', [`@${server.address}`, '-p', String(server.port), '+tries=1', '+time=3', ...args]);
    return stdout.trim();
  };

  describe.skipIf(!digIsThere)(`asked by dig${digIsThere ? '' : ' (skipped: dig is not installed)'}`, () => {
    it('answers over UDP and over TCP', async () => {
      expect(await dig('+short', 'quote.kiada.svc.cluster.local')).toBe('10.96.20.1');
      expect(await dig('+short', '+tcp', 'quote.kiada.svc.cluster.local', 'AAAA')).toBe('fd00:10:96::1');
      expect(await dig('+short', '_http._tcp.quote.kiada.svc.cluster.local', 'SRV')).toBe('0 50 80 quote.kiada.svc.cluster.local.');
      expect(await dig('+short', '-x', '10.96.20.1')).toBe('quote.kiada.svc.cluster.local.');
    });

    it('sends dig to TCP for an answer that does not fit', async () => {
      const answer = await dig('+noedns', 'many.kiada.svc.cluster.local');
      expect(answer).toContain('Truncated, retrying in TCP mode');
      expect(answer).toContain('ANSWER: 200');
    });

    it('is well formed in the eyes of dig, down to the negative answer', async () => {
      const answer = await dig('+cookie', 'nobody.kiada.svc.cluster.local', 'A');
      expect(answer).toContain('status: NXDOMAIN');
      expect(answer).toMatch(
        /cluster\.local\.\s+30\s+IN\s+SOA\s+ns\.dns\.cluster\.local\. hostmaster\.cluster\.local\. \d{10} 7200 1800 86400 30/,
      );
      expect(answer).not.toMatch(/WARNING: (?!recursion|\.local)|malformed|parse error/i);
    });
  });

  const connect = async () => {
    const socket = net.connect(server.port, server.address);
    await once(socket, 'connect');
    return socket;
  };
  const framed = (bytes: Buffer) => Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);

  it('answers questions that come in one piece or byte by byte, in order, and what was asked before the client closed its end', async () => {
    const socket = await connect();
    const received: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => received.push(chunk));
    const names = ['quote', 'quiz', 'nobody', 'many'].map((name) => `${name}.kiada.svc.cluster.local`);
    const stream = Buffer.concat(names.map((name, id) => framed(query(name, 'A', {id}))));
    socket.write(stream.subarray(0, 1));
    socket.write(stream.subarray(1, 70));
    socket.end(stream.subarray(70));
    await once(socket, 'close');
    const ids: number[] = [];
    for (let rest = Buffer.concat(received); rest.length > 0; rest = rest.subarray(2 + rest.readUInt16BE(0))) {
      const reply = dnsPacket.decode(rest.subarray(2, 2 + rest.readUInt16BE(0)));
      ids.push(reply.id ?? -1);
      expect(reply.questions?.[0]?.name).toBe(names[reply.id ?? -1]);
    }
    expect(ids).toEqual([0, 1, 2, 3]);
  });

  it('cuts off a client that never completes a question, however it drips', async () => {
    const socket = await connect();
    socket.on('error', () => undefined);
    const bytes = framed(query('quote.kiada.svc.cluster.local', 'A'));
    let sent = 0;
    const drip = setInterval(() => socket.write(bytes.subarray(sent, ++sent)), 50);
    await once(socket, 'close');
    clearInterval(drip);
    expect(sent).toBeLessThan(bytes.length);
  });

  it('cuts off a client that sends what deserves no answer', async () => {
    const socket = await connect();
    socket.write(framed(dnsPacket.encode({type: 'response', id: 1})));
    await once(socket, 'close');
  });

  it('holds no more connections than allowed', async () => {
    const small = await startDnsServer({view: () => view, maxConnections: 3});
    let closed = 0;
    const sockets = await Promise.all(
      Array.from({length: 7}, async () => {
        const socket = net.connect(small.port, small.address).on('close', () => closed++);
        await once(socket, 'connect');
        return socket;
      }),
    );
    await vi.waitFor(() => expect(closed).toBe(4), 5000);
    expect(sockets.filter((socket) => !socket.destroyed)).toHaveLength(3);
    await small.close();
    await vi.waitFor(() => expect(closed, 'closing the server ends them all').toBe(7), 5000);
  });

  it('asks for the view anew at each question, and answers in process as over a socket', async () => {
    let current = view;
    const other = await startDnsServer({view: () => current});
    const rcode = () => (other.answer(query('quote.kiada.svc.cluster.local', 'A'), 'udp') as Buffer).readUInt16BE(2) & 0xf;
    expect(rcode()).toBe(0);
    current = viewOf([]);
    expect(rcode()).toBe(3);
    await other.close();
  });

  it('refuses to start where the port is taken', async () => {
    await expect(startDnsServer({view: () => view, port: server.port})).rejects.toMatchObject({code: 'EADDRINUSE'});
  });
});
