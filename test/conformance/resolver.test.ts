import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {followPlan, type Libc, lookupPlan, type Outcome, resolverConfig} from '../../src/dns/index.ts';
import {KiadaError} from '../../src/errors.ts';
import type {ResolverConfig} from '../../src/model/index.ts';

interface Lookup {
  readonly libc: Libc | 'any';
  readonly name: string;
  readonly queries: readonly string[];
  readonly outcome: Outcome;
  readonly answeredBy: string | null;
}

interface ResolverCase {
  readonly name: string;
  readonly rule: string;
  readonly pod: {
    readonly namespace: string;
    readonly dnsPolicy: string | null;
    readonly hostNetwork: boolean;
    readonly dnsConfig?: Readonly<Record<string, unknown>>;
  };
  readonly node: {readonly resolvConf: string; readonly ips: readonly string[]};
  readonly kubelet: {readonly clusterDNS: readonly string[]; readonly clusterDomain: string; readonly resolvConf: string};
  readonly expect: {
    readonly resolvConf?: {
      readonly nameservers: readonly string[];
      readonly searches: readonly string[];
      readonly options: readonly string[];
    };
    readonly invalid?: string;
  };
  readonly world?: string;
  readonly lookups?: readonly Lookup[];
}

interface ResolverTable {
  readonly worlds: Readonly<Record<string, {readonly names: Readonly<Record<string, Outcome>>}>>;
  readonly cases: readonly ResolverCase[];
}

const table = JSON.parse(readFileSync(new URL('data/resolver.json', import.meta.url), 'utf8')) as ResolverTable;

describe('resolver.json', () => {
  for (const row of table.cases) {
    const {invalid, resolvConf} = row.expect;
    if (invalid !== undefined) {
      it(`${row.name}: the pod is refused (${invalid})`, () => expect(() => configOf(row)).toThrow(KiadaError));
    }
    if (resolvConf !== undefined)
      it(`${row.name}: ${row.rule}`, () =>
        expect(sortedOptions(configOf(row))).toEqual(sortedOptions({...resolvConf, search: resolvConf.searches})));
    for (const lookup of row.lookups ?? []) {
      for (const libc of lookup.libc === 'any' ? (['glibc', 'musl'] as const) : [lookup.libc]) {
        it(`${row.name}: ${libc} looks ${lookup.name} up`, () => expect(follow(row, lookup, libc)).toEqual(expectedOf(lookup)));
      }
    }
  }
});

function configOf(row: ResolverCase): ResolverConfig {
  const {namespace, dnsPolicy, ...spec} = row.pod;
  const pod = {metadata: {namespace, name: 'pod'}, spec: {...spec, ...(dnsPolicy === null ? {} : {dnsPolicy})}};
  return resolverConfig(pod, {
    nodeResolvConf: row.kubelet.resolvConf === '' ? null : row.node.resolvConf,
    nodeIPs: row.node.ips,
    clusterDNS: row.kubelet.clusterDNS,
    clusterDomain: row.kubelet.clusterDomain,
  });
}

function sortedOptions({nameservers, search, options}: ResolverConfig) {
  return {nameservers, search, options: options.toSorted()};
}

function follow(row: ResolverCase, lookup: Lookup, libc: Libc) {
  const world = table.worlds[row.world ?? ''];
  expect(world, 'the case names a world that exists').toBeDefined();
  const plan = lookupPlan(lookup.name, configOf(row), {libc});
  const asItIs = lookup.name.endsWith('.') ? lookup.name : `${lookup.name}.`;
  const {asked, told} = followPlan(plan, libc, asItIs, (name) => ({outcome: world?.names[name] ?? 'nxdomain'}));
  const outcome = told?.reply.outcome ?? 'nxdomain';
  return {queries: asked.map((step) => step.name), outcome, answeredBy: outcome === 'answer' ? (told?.name ?? null) : null};
}

function expectedOf({queries, outcome, answeredBy}: Lookup) {
  return {queries, outcome, answeredBy};
}
