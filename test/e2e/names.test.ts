import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import type {DnsResolveResult, EndpointsListResult, ServiceDescribeResult} from '../../src/model/index.ts';
import {lacks} from './programs.ts';
import {violations} from './schema.ts';
import {User} from './user.ts';

vi.setConfig({testTimeout: 60_000, hookTimeout: 90_000}); // real processes, on a machine that may be busy
const user = new User();
const ZONE = 'default.svc.cluster.local';
let server: {address: string; port: number};

describe.skipIf(lacks('kubectl', 'dig'))('names', () => {
  beforeAll(async () => {
    await user.succeed(user.kiada(['sandbox', 'up', '-q', '--nodes', '2']));
    await user.succeed(user.kiada(['apply', '-f', path.resolve('test', 'e2e', 'manifests', 'names.yaml'), '--wait', '-q']));
    const {dns} = await user.status();
    if (!dns) throw new Error('the sandbox tells no DNS server');
    server = dns;
  });
  afterAll(() => user.leave());

  test('headless: an address per pod and a name for the pod that has one, by dig and by dns resolve alike', async () => {
    const {endpoints} = await user.json<EndpointsListResult>(['endpoints', 'list', 'headless']);
    const addresses = endpoints.map(({address}) => address).toSorted();
    expect(addresses).toHaveLength(2);
    expect(await dig(`headless.${ZONE}`)).toEqual(addresses);
    expect(await dig('+tcp', `headless.${ZONE}`)).toEqual(addresses);
    expect(await resolved('headless', 'A')).toEqual(addresses);
    const first = endpoints.find(({pod}) => pod === 'first')?.address;
    expect(await dig(`first.headless.${ZONE}`)).toEqual([first]);
  });

  test('SRV names the target port of each headless endpoint, and the Service’s port of a cluster IP', async () => {
    const headless = await dig('SRV', `_http._tcp.headless.${ZONE}`);
    expect(headless).toContain(`0 50 8080 first.headless.${ZONE}.`);
    expect(headless).toHaveLength(2);
    expect(await resolved(`_http._tcp.headless.${ZONE}.`, 'SRV')).toEqual(headless);
    expect(await dig('SRV', `_http._tcp.both.${ZONE}`)).toEqual([`0 50 80 both.${ZONE}.`]);
  });

  test('dual-stack: an address of each family, and both work', async () => {
    const [four] = await dig(`both.${ZONE}`);
    const [six] = await dig('AAAA', `both.${ZONE}`);
    expect(four).toMatch(/^10\.96\./);
    expect(six).toMatch(/^fd00:10:96:/);
    for (const url of [`http://${four}/`, `http://[${six}]/`]) {
      expect((await user.curlFrom('pod.first.default', [url])).stdout).toMatch(/in pod "(first|second)"/);
    }
    expect((await user.kiada(['probe', 'svc/both', '-q'])).code).toBe(0);
  });

  test('ExternalName is a CNAME and nothing else', async () => {
    expect(await dig('CNAME', `elsewhere.${ZONE}`)).toEqual(['api.example.com.']);
    expect((await user.json<DnsResolveResult>(['dns', 'resolve', 'elsewhere', '--type', 'CNAME'])).observed?.records).toMatchObject([
      {type: 'CNAME', data: 'api.example.com.'},
    ]);
  });

  test('endpoints and slices written by hand are endpoints, mirrored ones marked', async () => {
    const list = async (service: string) => (await user.json<EndpointsListResult>(['endpoints', 'list', service])).endpoints;
    expect((await list('by-hand')).map(({address, ports, pod}) => [address, ports[0]?.port, pod])).toEqual([
      ['192.0.2.1', 88, null],
      ['192.0.2.2', 88, null],
    ]);
    expect((await list('by-hand'))[0]?.managedBy).toContain('mirroring');
    expect((await list('by-slice')).map(({address, slice}) => [address, slice])).toEqual([['192.0.2.9', 'by-slice-1']]);
  });

  test('a name that does not exist is NXDOMAIN and exit 3; a reverse name leads back', async () => {
    const outcome = await user.kiada(['dns', 'resolve', `nosuch.${ZONE}.`, '-o', 'json']);
    expect(outcome.code).toBe(3);
    const result = JSON.parse(outcome.stdout) as DnsResolveResult;
    expect(violations('dns-resolve', result)).toEqual([]);
    expect(result).toMatchObject({observed: {rcode: 'NXDOMAIN'}, agree: true});
    const [address = ''] = await dig(`both.${ZONE}`);
    expect(await dig('-x', address)).toEqual([`both.${ZONE}.`]);
  });

  test('every record is printed once', async () => {
    const {stdout} = await user.succeed(user.kiada(['dns', 'records']));
    const lines = stdout.trim().split('\n');
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.filter((line, index) => lines.indexOf(line) !== index)).toEqual([]);
  });

  test('a snapshot gives the same answers without the cluster', async () => {
    const live = {
      described: (await user.json<ServiceDescribeResult>(['svc', 'describe', 'both'])).services[0]?.dns,
      endpoints: (await user.json<EndpointsListResult>(['endpoints', 'list', 'both'])).endpoints,
      route: await user.json(['svc', 'route', 'both', '--from', 'pod/first']),
      records: await user.json(['dns', 'records', 'both']),
    };
    const file = path.join(user.home, 'snapshot.yaml');
    const snapshot = (await user.succeed(user.kiada(['snapshot', '-A']))).stdout;
    expect(snapshot).not.toContain('kind: Secret');
    writeFileSync(file, snapshot);
    await user.succeed(user.kiada(['sandbox', 'down']));
    const from = ['--snapshot', file];
    expect((await user.json<ServiceDescribeResult>(['svc', 'describe', 'both', ...from])).services[0]?.dns).toEqual(live.described);
    expect((await user.json<EndpointsListResult>(['endpoints', 'list', 'both', ...from])).endpoints).toEqual(live.endpoints);
    expect(await user.json(['svc', 'route', 'both', '--from', 'pod/first', ...from])).toEqual(live.route);
    expect(await user.json(['dns', 'records', 'both', ...from])).toEqual(live.records);
    expect((await user.json<DnsResolveResult>(['dns', 'resolve', 'both', ...from])).predicted.records).toHaveLength(1);
  });
});

async function dig(...args: string[]): Promise<string[]> {
  const {stdout} = await user.succeed(user.run('dig', [`@${server.address}`, '-p', String(server.port), '+short', ...args]));
  return stdout.trim().split('\n').filter(Boolean).toSorted();
}

/** The data of the records that the cluster's DNS gave, which must be as predicted. */
async function resolved(name: string, type: string): Promise<string[]> {
  const result = await user.json<DnsResolveResult>(['dns', 'resolve', name, '--type', type, '--from', 'pod/first']);
  expect(violations('dns-resolve', result)).toEqual([]);
  expect(result.agree).toBe(true);
  return (result.observed?.records ?? []).map(({data}) => data).toSorted();
}
