import {expect, it} from 'vitest';
import type {KubeClient} from '../../src/kube/index.ts';
import type {DnsRecordsResult, DnsResolveResult} from '../../src/model/index.ts';
import {kiada, kiadaJson} from './genuine/cli.ts';
import {describeOnCluster} from './genuine/cluster.ts';
import {DNS_SERVER, NO_DNS} from './genuine/dns-server.ts';
import {ownNamespace} from './genuine/own-namespace.ts';
import {until} from './genuine/until.ts';
import {deployWeb} from './genuine/web.ts';

describeOnCluster('DNS of a genuine cluster', () => {
  let client: KubeClient;
  let namespace: string;
  ownNamespace(deployWeb, (...own) => {
    [namespace, client] = own;
  });
  const resolve = (name: string, type: string, ...flags: string[]) =>
    kiadaJson<DnsResolveResult>(['dns', 'resolve', name, '--type', type, '-n', namespace, ...flags]);

  it('predicts a short name from a pod with the steps of its resolver', async () => {
    const result = await resolve('web', 'A', '--from', 'pod/caller', '--predict-only');
    expect(result.resolver).toEqual({
      nameservers: ['10.96.0.10'],
      search: [`${namespace}.svc.cluster.local`, 'svc.cluster.local', 'cluster.local'],
      options: ['ndots:5'],
    });
    expect(result.steps.map(({query, rcode}) => [query, rcode])).toEqual([[`web.${namespace}.svc.cluster.local.`, 'NOERROR']]);
    expect(result.predicted.records.map(({data}) => data)).toEqual([expect.stringMatching(/^10\.96\./)]);
    expect(result).toMatchObject({observed: null, agree: null});
  });

  const questions: readonly (readonly [name: string, type: string, code?: number])[] = [
    ['web', 'A'],
    ['web', 'AAAA'],
    ['web-headless', 'A'],
    ['one.web-headless', 'A'],
    ['_http._tcp.web', 'SRV'],
    ['_http._tcp.web-headless', 'SRV'],
    ['by-hand', 'A'],
    ['kubernetes.default.svc.cluster.local.', 'AAAA'],
    ['absent.default.svc.cluster.local.', 'A', 3],
    ['kubernetes.default.svc.cluster.local.', 'A'],
    ['1.0.96.10.in-addr.arpa.', 'PTR'],
    ['10-244-1-9.default.pod.cluster.local.', 'A'],
    ['dns-version.cluster.local.', 'TXT'],
  ];
  for (const [name, type, code] of questions) {
    it(`the cluster’s DNS answers ${name} ${type} as predicted`, async ({skip}) => {
      if (DNS_SERVER === null) return skip(NO_DNS);
      const flags = ['dns', 'resolve', name, '--type', type, '-n', namespace, '--from', 'pod/caller', '--server', DNS_SERVER];
      // CoreDNS hears of a new Service a moment later than the API
      const result = await until(
        'agreement',
        async () => {
          const found = JSON.parse((await kiada([...flags, '-o', 'json'])).stdout) as DnsResolveResult;
          return found.agree === true && found;
        },
        10_000,
      );
      expect(result.observed?.records.length === 0).toBe(result.predicted.records.length === 0);
      expect((await kiada(flags)).code).toBe(code ?? 0);
    });
  }

  it('every ready pod of the cluster’s DNS is asked through a port-forward, and each says what is predicted', async () => {
    const {items} = (await client.get('/api/v1/namespaces/kube-system/pods', {labelSelector: 'k8s-app=kube-dns'})) as {
      items: readonly {metadata: {name: string}}[];
    };
    const result = await until('agreement', async () => {
      const found = JSON.parse((await kiada(['dns', 'resolve', 'web', '-n', namespace, '-o', 'json'])).stdout) as DnsResolveResult;
      return found.agree === true && found;
    });
    expect(items.length).toBeGreaterThan(0);
    expect(result.answers.map(({agree, problem}) => [agree, problem])).toEqual(items.map(() => [true, null]));
    for (const {metadata} of items) expect(result.answers.map(({server}) => server).join()).toContain(metadata.name);
    const {stdout} = await kiada(['dns', 'resolve', 'web', '-n', namespace, '--short']);
    expect(stdout.trim()).toBe(result.predicted.records.map(({data}) => data).join('\n'));
  });

  it('what lies outside the cluster’s zone is neither predicted nor held against the answer', async ({skip}) => {
    if (DNS_SERVER === null) return skip(NO_DNS);
    const {stdout} = await kiada([
      'dns',
      'resolve',
      'absent',
      '-n',
      namespace,
      '--from',
      'pod/caller',
      '--server',
      DNS_SERVER,
      '-o',
      'json',
    ]);
    const result = JSON.parse(stdout) as DnsResolveResult;
    expect(result.steps.slice(0, 3).map(({rcode}) => rcode)).toEqual(['NXDOMAIN', 'NXDOMAIN', 'NXDOMAIN']);
    expect(result).toMatchObject({predicted: {rcode: 'UNKNOWN'}, agree: null});
  });

  it('dns records lists the records of one Service, of each family', async () => {
    const {records} = await kiadaJson<DnsRecordsResult>(['dns', 'records', 'web', '-n', namespace]);
    const own = `web.${namespace}.svc.cluster.local.`;
    expect(records.filter(({name}) => name === own).map(({type}) => type)).toEqual(['A', 'AAAA']);
    expect(records.filter(({type}) => type === 'SRV').map(({data}) => data)).toEqual([`0 50 80 ${own}`]);
  });

  it('the resolver of a node is said to be unknowable where nobody may look', async () => {
    const {code, stderr} = await kiada(['dns', 'resolve', 'web', '-n', namespace, '--from', 'node/node1', '--predict-only']);
    expect(code).toBe(4);
    expect(stderr).toContain('--from pod/');
  });
});
