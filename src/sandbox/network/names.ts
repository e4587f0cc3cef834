import {answer, lookupPlan} from '../../dns/index.ts';
import {canonicalIP} from '../../ip/index.ts';
import type {ClusterView, DnsAnswer, ResolverConfig} from '../../model/index.ts';
import {NetworkError} from './network-error.ts';

/** What a pod resolves names with. */
export interface PodResolver {
  readonly resolver: ResolverConfig;
  readonly hosts: ReadonlyMap<string, readonly string[]>;
  /** The families that the pod can send in. */
  readonly ips: readonly string[];
}

/**
 * Addresses of a name as a pod resolves it: /etc/hosts, then cluster DNS along the search list as glibc asks. IPv4 comes first, as address
 * selection (RFC 6724) prefers it to the unique local addresses that a cluster has. Several addresses come in random order, as CoreDNS
 * gives them. Throws ENOTFOUND.
 */
export function lookupInPod(
  view: ClusterView,
  dnsServers: readonly string[],
  pod: PodResolver,
  name: string,
  family: 4 | 6 | null,
  random: () => number,
): readonly string[] {
  const literal = canonicalIP(name);
  if (literal !== null) return [literal];
  const types = (['A', 'AAAA'] as const).filter((type) => isWanted(type, family, pod.ips));
  const written = pod.hosts.get(name) ?? pod.hosts.get(name.toLowerCase()) ?? (name === 'localhost' ? ['127.0.0.1', '::1'] : []);
  const fromFile = written.filter((ip) => types.includes(ip.includes(':') ? 'AAAA' : 'A'));
  if (fromFile.length > 0) return fromFile;
  // A resolver without cluster DNS asks servers that the sandbox does not have.
  const servers = pod.resolver.nameservers.some((server) => dnsServers.includes(canonicalIP(server) ?? server));
  for (const candidate of servers ? lookupPlan(name, pod.resolver, {libc: 'glibc'}) : []) {
    const answers = types.map((type) => ({type, reply: answer(view, {name: candidate, type})}));
    const found = answers.flatMap(({type, reply}) => shuffle(addressesIn(reply, type), random));
    if (found.length > 0) return found;
    // An alias that leads out of the cluster is an answer: the search ends with it.
    if (answers.some(({reply}) => reply.answer.length > 0)) break;
  }
  throw new NetworkError('ENOTFOUND', 'getaddrinfo', {address: name});
}

/** Addresses of a name as a node or a machine beside the cluster resolves it: the nodes' own names, but none of the cluster's DNS. */
export function lookupOutside(view: ClusterView, name: string, family: 4 | 6 | null): readonly string[] {
  const literal = canonicalIP(name);
  if (literal !== null) return [literal];
  const known = name === 'localhost' ? ['127.0.0.1', '::1'] : (view.nodes.get(name)?.internalIPs ?? []);
  const found = known.filter((ip) => family === null || (family === 6) === ip.includes(':'));
  if (found.length > 0) return found;
  throw new NetworkError('ENOTFOUND', 'getaddrinfo', {address: name});
}

function isWanted(type: 'A' | 'AAAA', family: 4 | 6 | null, ips: readonly string[]): boolean {
  if (family !== null) return (family === 6) === (type === 'AAAA');
  return ips.length === 0 || ips.some((ip) => ip.includes(':') === (type === 'AAAA'));
}

function addressesIn(found: DnsAnswer, type: string): string[] {
  return found.answer.filter((record) => record.type === type).map(({data}) => data);
}

function shuffle(addresses: string[], random: () => number): string[] {
  for (let last = addresses.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const kept = addresses[last] as string;
    addresses[last] = addresses[other] as string;
    addresses[other] = kept;
  }
  return addresses;
}
