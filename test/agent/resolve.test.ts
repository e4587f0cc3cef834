import dgram from 'node:dgram';
import {once} from 'node:events';
import dnsPacket from 'dns-packet';
import {describe, expect, it, onTestFinished} from 'vitest';
import {type AgentDnsReport, resolveHere} from '../../src/agent/resolve.ts';
import type {KubernetesObject} from '../../src/model/index.ts';
import {startDnsServer} from '../../src/sandbox/network/dns-server.ts';
import {viewOf} from '../../src/view/index.ts';

const objects: readonly KubernetesObject[] = [
  {kind: 'Service', metadata: {namespace: 'kiada', name: 'quote'}, spec: {clusterIP: '10.96.20.1', ports: [{port: 80}]}},
  {kind: 'Service', metadata: {namespace: 'kiada', name: 'many'}, spec: {clusterIP: 'None', ports: [{port: 80}]}},
  {
    kind: 'EndpointSlice',
    metadata: {namespace: 'kiada', name: 'many-1', labels: {'kubernetes.io/service-name': 'many'}},
    addressType: 'IPv4',
    ports: [{port: 8080}],
    endpoints: Array.from({length: 200}, (_, index) => ({addresses: [`10.244.9.${index + 1}`], conditions: {ready: true}})),
  },
];
const SEARCH = 'search kiada.svc.cluster.local svc.cluster.local cluster.local\n';

/** Looks up by a resolv.conf whose name servers all listen on this port. */
function resolve(name: string, file: string, port: number, libc: 'glibc' | 'musl' = 'glibc', budgetMs = 10_000): Promise<AgentDnsReport> {
  return resolveHere({question: {name, type: 'A'}, libc, budgetMs}, {file, port});
}

const stepsOf = ({steps}: AgentDnsReport) => steps.map(({query, rcode}) => `${query} ${rcode}`);

describe('the agent’s lookup, of a cluster’s DNS', () => {
  const server = async () => {
    const started = await startDnsServer({view: () => viewOf(objects)});
    onTestFinished(() => started.close());
    return started.port;
  };

  it('follows the search list and the ndots of the file, and tells of each query and who answered it', async () => {
    const port = await server();
    const report = await resolve('quote.kiada', `nameserver 127.0.0.1\n${SEARCH}options ndots:5\n`, port);
    expect(report.config).toEqual({
      nameservers: ['127.0.0.1'],
      search: ['kiada.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
      options: ['ndots:5'],
    });
    expect(stepsOf(report)).toEqual(['quote.kiada.kiada.svc.cluster.local. NXDOMAIN', 'quote.kiada.svc.cluster.local. NOERROR']);
    expect(report.steps.map((step) => step.server)).toEqual([`127.0.0.1:${port}`, `127.0.0.1:${port}`]);
    expect(report).toMatchObject({rcode: 'NOERROR', records: [{data: '10.96.20.1'}], problem: null});
  });

  it('asks a name with enough dots as it is first', async () => {
    const file = `nameserver 127.0.0.1\n${SEARCH}options ndots:1\n`;
    const report = await resolve('quote.kiada.svc.cluster.local', file, await server());
    expect(stepsOf(report)).toEqual(['quote.kiada.svc.cluster.local. NOERROR']);
  });

  it('takes an answer that does not fit a datagram over TCP', async () => {
    expect((await resolve('many', `nameserver 127.0.0.1\n${SEARCH}options ndots:5\n`, await server())).records).toHaveLength(200);
  });

  it('tells of a name that does not exist', async () => {
    const report = await resolve('absent.kiada.svc.cluster.local.', 'nameserver 127.0.0.1\n', await server());
    expect(report).toMatchObject({rcode: 'NXDOMAIN', records: [], problem: null});
  });

  it('asks this very machine where the file names no server', async () => {
    expect((await resolve('quote', `${SEARCH}options ndots:5\n`, await server())).records).toHaveLength(1);
  });
});

describe('the agent’s lookup, of servers that are not well', () => {
  /** Answers the queries it gets, counted from 1, by an rcode; with null not at all. */
  async function serverThat(answers: (count: number) => number | null): Promise<number> {
    const socket = dgram.createSocket('udp4').bind(0, '127.0.0.1');
    onTestFinished(() => void socket.close());
    let count = 0;
    socket.on('message', (bytes, from) => {
      const query = dnsPacket.decode(bytes);
      const rcode = answers(++count);
      if (rcode === null) return;
      const name = query.questions?.[0]?.name ?? '';
      const records = rcode === 0 ? [{name, type: 'A', ttl: 5, data: '192.0.2.3'} as const] : [];
      const reply = {type: 'response', id: query.id ?? 0, flags: rcode, questions: query.questions ?? [], answers: records} as const;
      socket.send(dnsPacket.encode(reply), from.port, from.address);
    });
    await once(socket, 'listening');
    return socket.address().port;
  }
  const [NOERROR, SERVFAIL, REFUSED] = [0, 2, 5];
  const TWO = 'nameserver 127.0.0.1\nnameserver 127.0.0.1\noptions timeout:1\n';

  it('asks the next server after one that is refused, failing or silent', async () => {
    for (const first of [SERVFAIL, REFUSED])
      expect(await resolve('a.', TWO, await serverThat((count) => (count === 1 ? first : NOERROR)))).toMatchObject({
        rcode: 'NOERROR',
        records: [{data: '192.0.2.3'}],
      });
    // a datagram that is lost is sent thrice within the second
    expect(await resolve('a.', TWO, await serverThat((count) => (count <= 3 ? null : NOERROR)))).toMatchObject({rcode: 'NOERROR'});
  });

  it('tells of the failure where no server has an answer', async () => {
    expect(await resolve('a.', TWO, await serverThat(() => SERVFAIL))).toMatchObject({rcode: 'SERVFAIL', records: [], problem: null});
  });

  it('tells which servers said nothing, and the settings all the same', async () => {
    const port = await serverThat(() => null);
    const report = await resolve('a', `nameserver 127.0.0.1\n${SEARCH}options timeout:1\n`, port);
    expect(report).toMatchObject({steps: [], problem: expect.stringContaining(`127.0.0.1:${port}`)});
    expect(report.config.search).toHaveLength(3);
  });

  it('ends when its time is over', async () => {
    const port = await serverThat(() => null);
    expect(await resolve('a', 'nameserver 127.0.0.1\n', port, 'glibc', 100)).toMatchObject({problem: expect.stringContaining('0.1 s')});
  });
});
