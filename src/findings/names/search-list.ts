import {lookupPlan, ndotsOf, resolverConfig} from '../../dns/index.ts';
import type {Pod} from '../../model/index.ts';
import {record} from '../../view/index.ts';
import type {Facts} from '../facts.ts';
import {grouped} from '../lazily.ts';
import {podVariables} from '../pod-variables.ts';
import {type Rule, refOf} from '../rule.ts';
import {ownerOf} from '../selector/several-workloads.ts';
import {count, names} from '../words.ts';

interface Asked {
  readonly pod: Pod;
  readonly owner: string;
  readonly variable: string;
  readonly host: string;
  /** Names that are asked for before the right one. */
  readonly before: number;
  readonly ndots: number;
}

export const searchListFirst: Rule = {
  code: 'KIA0612',
  name: 'SearchListBeforeName',
  severity: 'info',
  certainty: 'possible',
  advice: true,
  summary: 'A pod is told a name outside the cluster that its search list is tried on first.',
  why: 'With ndots:5 a name of fewer dots is first asked for with each domain of the search list, twice where both families are asked for. All but the last answer are NXDOMAIN: names resolve slower, and DNS works several times as hard.',
  remedy: 'End the name in a dot, or give the pods the DNS option ndots with a smaller value.',
  needs: ['pods'],
  live: false,
  *sweep(facts) {
    const asked = [...facts.view.pods.values()].flatMap((pod) => askedBy(facts, pod));
    for (const [, group] of grouped(asked, ({pod, owner, host}) => `${pod.namespace} ${owner} ${host}`)) {
      const [first] = group;
      if (first === undefined) continue;
      yield {
        object: refOf(first.pod.object),
        message: `${first.owner} asks DNS for ${count(first.before, 'name')} that cannot exist before ${first.host}, and twice that for two families`,
        evidence: [
          `${first.variable} names ${first.host}; the option ndots is ${first.ndots}`,
          `pods: ${names(group.map(({pod}) => pod.name))}`,
        ],
        field: 'spec.dnsConfig',
        remedy: `write ${first.host}. with a final dot, or set dnsConfig.options ndots to "1" in the pod template; see the queries: kiada dns resolve ${first.host} --from pod/${first.pod.name} -n ${first.pod.namespace}`,
      };
    }
  },
};

/** `https://api.example.com/v1`, `api.example.com:443`; a bare name only where the variable says that it is one. */
const PLACE = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^@/\s]*@)?([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,})(?::\d{1,5})?(?:[/?].*)?$/i;
const HOLDS_A_PLACE = /(?:HOST|HOSTNAME|ADDR|ADDRESS|URL|URI|ENDPOINT|SERVER|DOMAIN)$/i;

function askedBy(facts: Facts, pod: Pod): readonly Asked[] {
  const policy = record(pod.object['spec'])['dnsPolicy'] ?? 'ClusterFirst';
  const clusterFirst = policy === 'ClusterFirstWithHostNet' || (policy === 'ClusterFirst' && !pod.hostNetwork);
  if (!clusterFirst) return [];
  const domain = facts.view.options.clusterDomain.replace(/\.$/, '');
  const config = resolverConfig(pod.object, {nodeResolvConf: '', nodeIPs: [], clusterDNS: ['10.96.0.10'], clusterDomain: domain});
  return podVariables(pod).flatMap(({name, value}) => {
    const host = PLACE.exec(value)?.[1];
    if (host === undefined || !(HOLDS_A_PLACE.test(name) || /:\/\/|:\d+/.test(value)) || isInside(facts, host, domain)) return [];
    const before = lookupPlan(host, config, {libc: 'glibc'}).indexOf(`${host}.`);
    if (before <= 0) return [];
    const owner = ownerOf(facts, pod) ?? `pod ${pod.name}`;
    return [{pod, owner, variable: name, host, before, ndots: ndotsOf(config)}];
  });
}

/** `quote.kiada`, `quote.kiada.svc`, `quote.kiada.svc.cluster.local`: the search list is there for these. */
function isInside(facts: Facts, host: string, domain: string): boolean {
  const labels = host.toLowerCase().split('.');
  return host.endsWith(`.${domain}`) || labels.at(-1) === 'svc' || facts.view.namespaces.has(labels.at(-1) ?? '');
}
