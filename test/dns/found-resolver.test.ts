import {describe, expect, it} from 'vitest';
import {clusterDomainIn, judgeResolver, lookUp, NODE_LOCAL_DNS} from '../../src/dns/index.ts';
import type {DnsAnswer, ResolverConfig} from '../../src/model/index.ts';

const pod = (spec: Record<string, unknown> = {}) => ({kind: 'Pod', metadata: {namespace: 'kiada', name: 'kiada-001'}, spec});
const CLUSTER: ResolverConfig = {
  nameservers: ['10.96.0.10'],
  search: ['kiada.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
  options: ['ndots:5'],
};

describe('judgeResolver', () => {
  const KNOWN = {nodeIPs: [], clusterDNS: ['10.96.0.10', 'fd00:10:96::a'], clusterDomain: 'cluster.local'};
  const CONFIG = {nameservers: ['192.0.2.7'], searches: ['a.example'], options: [{name: 'ndots', value: '2'}]};
  const found = (more: Partial<ResolverConfig> = {}): ResolverConfig => ({...CLUSTER, ...more});
  const asPredicted: readonly [claim: string, spec: Record<string, unknown>, config: ResolverConfig][] = [
    ['the cluster’s DNS and domains', {}, found()],
    ['search domains of the node behind the cluster’s', {}, found({search: [...CLUSTER.search, 'ec2.internal', 'corp.example']})],
    ['the cache of the node in place of the cluster’s DNS', {}, found({nameservers: [NODE_LOCAL_DNS]})],
    [
      'the pod’s own behind the cluster’s and the node’s',
      {dnsConfig: CONFIG},
      {
        nameservers: ['10.96.0.10', '192.0.2.7'],
        search: [...CLUSTER.search, 'ec2.internal', 'a.example'],
        options: ['ndots:2'],
      },
    ],
    ['options in another order', {dnsConfig: {options: [{name: 'edns0'}]}}, found({options: ['edns0', 'ndots:5']})],
    [
      'whatever the node has, with policy Default',
      {dnsPolicy: 'Default'},
      found({nameservers: ['192.0.2.53'], search: ['x'], options: []}),
    ],
    [
      'the pod’s own alone, with policy None',
      {dnsPolicy: 'None', dnsConfig: CONFIG},
      {
        nameservers: ['192.0.2.7'],
        search: ['a.example'],
        options: ['ndots:2'],
      },
    ],
    [
      'the final dot of a search domain',
      {dnsPolicy: 'None', dnsConfig: {nameservers: ['192.0.2.7'], searches: ['a.', '.']}},
      {
        nameservers: ['192.0.2.7'],
        search: ['a.', '.'],
        options: [],
      },
    ],
  ];
  for (const [claim, spec, config] of asPredicted)
    it(`takes as predicted: ${claim}`, () => expect(judgeResolver(pod(spec), config, KNOWN).differences).toEqual([]));

  const different: readonly [claim: string, spec: Record<string, unknown>, config: ResolverConfig, differences: readonly string[]][] = [
    ['another name server', {}, found({nameservers: ['10.96.0.99']}), ['nameserver: found 10.96.0.99, predicted 10.96.0.10 fd00:10:96::a']],
    [
      'a search list without the cluster’s domains',
      {},
      found({search: []}),
      ['search: found (none), predicted kiada.svc.cluster.local svc.cluster.local cluster.local'],
    ],
    ['another ndots', {}, found({options: ['ndots:2']}), ['options: found ndots:2, predicted ndots:5']],
    [
      'a search domain of the pod’s that is not there',
      {dnsPolicy: 'Default', dnsConfig: {searches: ['a.example']}},
      found({search: ['x']}),
      ['search: found x, predicted x a.example'],
    ],
    [
      'more than its own, with policy None',
      {dnsPolicy: 'None', dnsConfig: CONFIG},
      {
        nameservers: ['192.0.2.7'],
        search: ['a.example', 'b.example'],
        options: ['ndots:2'],
      },
      ['search: found a.example b.example, predicted a.example'],
    ],
  ];
  for (const [claim, spec, config, differences] of different)
    it(`tells of ${claim}`, () => expect(judgeResolver(pod(spec), config, KNOWN).differences).toEqual(differences));

  it('holds nothing against a name server where the cluster’s DNS is not known', () => {
    expect(judgeResolver(pod(), found({nameservers: ['10.0.0.10']}), {...KNOWN, clusterDNS: []}).differences).toEqual([]);
  });

  it('finds the cluster’s domain in a search list', () => {
    expect(clusterDomainIn(found({search: ['kiada.svc.k8s.example', 'svc.k8s.example']}), 'kiada')).toBe('k8s.example');
    expect(clusterDomainIn(found({search: ['corp.example']}), 'kiada')).toBeNull();
  });
});

describe('lookUp', () => {
  const replies = (known: Record<string, DnsAnswer['rcode']>) => {
    const asked: string[] = [];
    const ask = async ({name, type}: {name: string; type: string}): Promise<DnsAnswer> => {
      asked.push(name);
      const rcode = known[name] ?? 'NXDOMAIN';
      const answer = rcode === 'NOERROR' ? [{name, type, ttl: 5, data: '10.96.0.7'}] : [];
      return {rcode, answer, authority: [], additional: []};
    };
    return {asked, ask};
  };

  it('asks one name after the other until there is an answer', async () => {
    const {asked, ask} = replies({'quote.svc.cluster.local.': 'NOERROR'});
    const resolution = await lookUp({name: 'quote', type: 'a'}, CLUSTER, 'glibc', ask);
    expect(asked).toEqual(['quote.kiada.svc.cluster.local.', 'quote.svc.cluster.local.']);
    expect(resolution.steps.map(({query, type, rcode}) => [query, type, rcode])).toEqual([
      ['quote.kiada.svc.cluster.local.', 'A', 'NXDOMAIN'],
      ['quote.svc.cluster.local.', 'A', 'NOERROR'],
    ]);
    expect(resolution).toMatchObject({rcode: 'NOERROR', records: [{data: '10.96.0.7'}]});
  });

  it('stops where the C library stops, and passes on what goes wrong', async () => {
    const {asked, ask} = replies({'quote.kiada.svc.cluster.local.': 'SERVFAIL'});
    expect(await lookUp({name: 'quote', type: 'A'}, CLUSTER, 'musl', ask)).toMatchObject({rcode: 'SERVFAIL', records: []});
    expect(asked).toHaveLength(1);
    await expect(lookUp({name: 'quote', type: 'A'}, CLUSTER, 'glibc', () => Promise.reject(new Error('late')))).rejects.toThrow('late');
    expect(await lookUp({name: '10.0.0.1', type: 'A'}, CLUSTER, 'glibc', ask)).toEqual({steps: [], rcode: 'NXDOMAIN', records: []});
  });
});
