import {describe, expect, it} from 'vitest';
import {formatResolvConf, lookupPlan, parseResolvConf, readResolvConf, resolverConfig, resolveSteps} from '../../src/dns/index.ts';
import type {ResolverConfig} from '../../src/model/index.ts';
import {viewOf} from '../../src/view/index.ts';
import {service} from './cluster.ts';

const NODE = {
  nodeResolvConf: 'nameserver 192.0.2.1\nsearch corp.example\n',
  nodeIPs: ['192.0.2.20'],
  clusterDNS: ['10.96.0.10'],
  clusterDomain: 'cluster.local',
};
const pod = (spec: Record<string, unknown> = {}) => ({kind: 'Pod', metadata: {namespace: 'kiada', name: 'kiada-001'}, spec});
const CLUSTER: ResolverConfig = {
  nameservers: ['10.96.0.10'],
  search: ['kiada.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
  options: ['ndots:5'],
};

describe('resolverConfig', () => {
  it('gives ClusterFirst by default, with the node’s search domains behind the cluster’s', () => {
    expect(resolverConfig(pod(), NODE)).toEqual({
      nameservers: ['10.96.0.10'],
      search: [...CLUSTER.search, 'corp.example'],
      options: ['ndots:5'],
    });
  });

  it('falls back to the node’s own where the kubelet has no cluster DNS, and on the host network unless told otherwise', () => {
    const own = {nameservers: ['192.0.2.1'], search: ['corp.example'], options: []};
    expect(resolverConfig(pod(), {...NODE, clusterDNS: []})).toEqual(own);
    expect(resolverConfig(pod({hostNetwork: true}), NODE)).toEqual(own);
    expect(resolverConfig(pod({hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet'}), NODE).nameservers).toEqual(['10.96.0.10']);
  });

  it('takes the pod’s own alone with None, three name servers at the most', () => {
    const dnsConfig = {
      nameservers: ['192.0.2.7'],
      searches: ['a.example', 'a.example'],
      options: [{name: 'ndots', value: '2'}, {name: 'edns0'}],
    };
    expect(resolverConfig(pod({dnsPolicy: 'None', dnsConfig}), NODE)).toEqual({
      nameservers: ['192.0.2.7'],
      search: ['a.example'],
      options: ['ndots:2', 'edns0'],
    });
    const more = {...NODE, clusterDNS: ['10.96.0.10', '10.96.0.11']};
    expect(resolverConfig(pod({dnsConfig: {nameservers: ['192.0.2.7', '192.0.2.8']}}), more).nameservers).toEqual([
      '10.96.0.10',
      '10.96.0.11',
      '192.0.2.7',
    ]);
  });

  it('keeps the search list within 32 entries, 253 characters each and 2,048 in all', () => {
    const searchOf = (domains: readonly string[]) =>
      resolverConfig(pod(), {...NODE, nodeResolvConf: `search ${domains.join(' ')}\n`}).search;
    const numbered = (count: number, tail: string) => Array.from({length: count}, (_, index) => `d${index}${tail}`);
    expect(searchOf(numbered(40, ''))).toHaveLength(32);
    expect(searchOf(['a'.repeat(254), 'b'.repeat(253)])).toEqual([...CLUSTER.search, 'b'.repeat(253)]);
    const long = searchOf(numbered(20, 'x'.repeat(200)));
    expect(long.join(' ').length).toBeLessThanOrEqual(2048);
    expect(long.join(' ').length).toBeGreaterThan(1850);
  });

  const refused: readonly [string, Record<string, unknown>][] = [
    ['an unknown policy', {dnsPolicy: 'Clusterfirst'}],
    ['None without dnsConfig', {dnsPolicy: 'None'}],
    ['None without name servers', {dnsPolicy: 'None', dnsConfig: {searches: ['a']}}],
    ['four name servers', {dnsConfig: {nameservers: ['1.1.1.1', '1.1.1.2', '1.1.1.3', '1.1.1.4']}}],
    ['a name server that is a name', {dnsConfig: {nameservers: ['dns.example']}}],
    ['33 search domains', {dnsConfig: {searches: Array.from({length: 33}, (_, index) => `d${index}`)}}],
    [
      'a search list over 2,048 characters',
      {dnsConfig: {searches: Array.from({length: 9}, (_, index) => `${String(index).repeat(60)}.${'a'.repeat(180)}`)}},
    ],
    ['a search domain that is no name', {dnsConfig: {searches: ['a_b', 'Upper.example']}}],
    ['an option without a name', {dnsConfig: {options: [{value: '1'}]}}],
  ];
  for (const [what, spec] of refused) {
    it(`refuses ${what}`, () => expect(() => resolverConfig(pod(spec), NODE)).toThrow(expect.objectContaining({code: 'REFUSED_BY_API'})));
  }

  it('admits the root, underscores and a final dot in search domains, and keeps them as they are', () => {
    expect(
      resolverConfig(
        pod({dnsPolicy: 'None', dnsConfig: {nameservers: ['::1'], searches: ['.', '_sip._tcp.a.example', 'b.example.']}}),
        NODE,
      ).search,
    ).toEqual(['.', '_sip._tcp.a.example', 'b.example.']);
  });
});

describe('resolv.conf', () => {
  it('is read as the kubelet reads it', () => {
    const text =
      '# comment\nnameserver 192.0.2.1\n  nameserver 192.0.2.2 trailing\nsearch a.\nsearch b. . c\noptions ndots:2 rotate\noptions ndots:3\nsortlist x\n';
    expect(parseResolvConf(text)).toEqual({nameservers: ['192.0.2.1', '192.0.2.2'], search: ['b', 'c'], options: ['ndots:3', 'rotate']});
  });

  it('is read as a container reads it: search domains as they are written', () => {
    expect(readResolvConf('nameserver 192.0.2.1\nsearch a. . b\noptions ndots:2\n')).toEqual({
      nameservers: ['192.0.2.1'],
      search: ['a.', '.', 'b'],
      options: ['ndots:2'],
    });
  });

  it('is the same after being written and read', () => {
    expect(parseResolvConf(formatResolvConf(CLUSTER))).toEqual(CLUSTER);
    expect(formatResolvConf(CLUSTER)).toBe(
      'search kiada.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n',
    );
  });
});

describe('lookupPlan', () => {
  const plan = (name: string, libc: 'glibc' | 'musl', config: Partial<ResolverConfig> = {}) =>
    lookupPlan(name, {...CLUSTER, ...config}, {libc});

  it('searches first below ndots dots, and asks a name with its final dot as it is', () => {
    for (const libc of ['glibc', 'musl'] as const) {
      expect(plan('quote', libc)).toEqual(['quote.kiada.svc.cluster.local.', 'quote.svc.cluster.local.', 'quote.cluster.local.', 'quote.']);
      expect(plan('quote.kiada.svc.cluster.local', libc), 'four dots').toHaveLength(4);
      expect(plan('quote.kiada.svc.cluster.local.', libc)).toEqual(['quote.kiada.svc.cluster.local.']);
    }
  });

  it('with ndots dots asks the name first; glibc then searches, musl never', () => {
    expect(plan('a.b', 'glibc', {options: ['ndots:1']})).toEqual([
      'a.b.',
      'a.b.kiada.svc.cluster.local.',
      'a.b.svc.cluster.local.',
      'a.b.cluster.local.',
    ]);
    expect(plan('a.b', 'musl', {options: ['ndots:1']})).toEqual(['a.b.']);
  });

  it('takes ndots as 1 where it is not given and as 15 at the most', () => {
    expect(plan('a.b', 'musl', {options: []})).toEqual(['a.b.']);
    expect(plan('a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p', 'musl', {options: ['ndots:99']})).toHaveLength(1);
  });

  it('takes the root in the search list as the name itself in glibc, and as the end of the lookup in musl', () => {
    expect(plan('quote', 'glibc', {search: ['a', '.', 'b']})).toEqual(['quote.a.', 'quote.', 'quote.b.']);
    expect(plan('quote', 'musl', {search: ['a', '.', 'b']})).toEqual(['quote.a.']);
  });

  it('drops a search line over 255 bytes in musl', () => {
    const line = (length: number) => [
      `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}`,
      'd'.repeat(length - 'search '.length - 182 - 1),
    ];
    expect(plan('quote', 'musl', {search: line(255 - 1)})).toHaveLength(3);
    expect(plan('quote', 'musl', {search: line(255)})).toEqual(['quote.']);
    expect(plan('quote', 'glibc', {search: line(255)})).toHaveLength(3);
  });

  it('asks nothing for an address or for what is no name', () => {
    for (const name of ['10.96.0.1', 'fd00::1', '', '.a', 'a..b']) expect(plan(name, 'glibc'), name).toEqual([]);
  });
});

describe('resolveSteps', () => {
  const view = viewOf([
    service('quote', {clusterIPs: ['10.96.20.1']}),
    service('quiz', {clusterIPs: ['10.96.20.2']}, 'other'),
    service('out', {type: 'ExternalName', externalName: 'db.example'}),
  ]);
  const steps = (name: string, options: Partial<Parameters<typeof resolveSteps>[3]> = {}, type = 'A', config = CLUSTER) => {
    const {steps: asked, rcode, records} = resolveSteps(view, {name, type}, config, {libc: 'glibc', ...options});
    return {asked: asked.map((step) => `${step.query} ${step.rcode}`), rcode, data: records.map((record) => record.data)};
  };

  it('shows each query up to the one that answers', () => {
    expect(steps('quote')).toEqual({asked: ['quote.kiada.svc.cluster.local. NOERROR'], rcode: 'NOERROR', data: ['10.96.20.1']});
    expect(steps('quiz.other')).toEqual({
      asked: ['quiz.other.kiada.svc.cluster.local. NXDOMAIN', 'quiz.other.svc.cluster.local. NOERROR'],
      rcode: 'NOERROR',
      data: ['10.96.20.2'],
    });
  });

  it('goes on after no data in glibc and stops there in musl', () => {
    expect(steps('quote', {upstream: () => ({rcode: 'NXDOMAIN', answer: [], authority: [], additional: []})}, 'AAAA')).toMatchObject({
      rcode: 'NOERROR',
      data: [],
    });
    expect(steps('quote', {}, 'AAAA').asked).toHaveLength(4);
    expect(steps('quote', {libc: 'musl'}, 'AAAA').asked).toEqual(['quote.kiada.svc.cluster.local. NOERROR']);
  });

  it('leaves open what a server outside the cluster says, unless told', () => {
    expect(steps('example.com')).toMatchObject({rcode: 'UNKNOWN', data: []});
    expect(steps('example.com').asked.at(-1)).toBe('example.com. UNKNOWN');
    const upstream = () => ({rcode: 'SERVFAIL', answer: [], authority: [], additional: []}) as const;
    expect(steps('example.com', {upstream})).toMatchObject({rcode: 'SERVFAIL'});
    expect(
      steps('quote', {clusterDNS: ['10.96.0.10']}, 'A', {...CLUSTER, nameservers: ['192.0.2.1']}),
      'a pod that asks the node’s server',
    ).toMatchObject({rcode: 'UNKNOWN'});
  });

  it('leaves open what is passed on for want of a record', () => {
    const asked = (fallthrough: readonly string[]) => steps('9.9.9.9.in-addr.arpa.', {fallthrough}, 'PTR');
    expect(JSON.stringify(asked([]))).toContain('NXDOMAIN');
    expect(JSON.stringify(asked(['in-addr.arpa.']))).toContain('UNKNOWN');
  });

  it('ends at a CNAME that leads outside', () => {
    expect(steps('out')).toEqual({asked: ['out.kiada.svc.cluster.local. NOERROR'], rcode: 'NOERROR', data: ['db.example.']});
  });

  it('asks nothing for an address', () => {
    expect(steps('10.96.20.1')).toEqual({asked: [], rcode: 'NXDOMAIN', data: []});
  });
});
