import type {KubernetesObject, ResolverConfig} from '../model/index.ts';
import {formatResolvConf} from './resolv-conf.ts';
import {resolverConfig} from './resolver-config.ts';

/** What the API says of a pod's resolver. */
export interface KnownResolver {
  readonly nodeIPs: readonly string[];
  /** Addresses of the cluster's DNS Service; empty where it is not known. */
  readonly clusterDNS: readonly string[];
  /** Without a final dot. */
  readonly clusterDomain: string;
}

export interface JudgedResolver {
  /** What the pod's spec asks for, on a node that brings along what was found. */
  readonly predicted: ResolverConfig;
  /** What was found otherwise, a line of resolv.conf each, in words. */
  readonly differences: readonly string[];
}

/** Where NodeLocal DNSCache listens by default: a cache of the node before the cluster's DNS. */
export const NODE_LOCAL_DNS = '169.254.20.10';

/**
 * Holds the resolv.conf that was found in a pod against the pod's spec. The API says nothing of the node's own resolv.conf, nor of the
 * kubelet's `clusterDNS`: all that may come from there is taken for the node's, so that only what no node could bring along is a difference.
 */
export function judgeResolver(pod: KubernetesObject, found: ResolverConfig, known: KnownResolver): JudgedResolver {
  const clusterDNS = kubeletDns(found, known.clusterDNS);
  const predicted = resolverConfig(pod, {...known, clusterDNS, nodeResolvConf: formatResolvConf(found)});
  const rows: readonly (readonly [word: string, found: readonly string[], predicted: readonly string[]])[] = [
    ['nameserver', found.nameservers, predicted.nameservers],
    ['search', found.search.filter(isDomain).map(bare), [...new Set(predicted.search.filter(isDomain).map(bare))]],
    // the kubelet writes options in random order
    ['options', found.options.toSorted(), predicted.options.toSorted()],
  ];
  const differing = rows.filter(([, has, asked]) => has.join(' ') !== asked.join(' '));
  return {predicted, differences: differing.map(([word, has, asked]) => `${word}: found ${listed(has)}, predicted ${listed(asked)}`)};
}

/** The cluster's domain as the search list of a pod of this namespace has it; null for a list that has none. */
export function clusterDomainIn({search}: ResolverConfig, namespace: string): string | null {
  const prefix = `${namespace}.svc.`;
  const own = search.find((domain) => domain.startsWith(prefix));
  return own === undefined ? null : bare(own.slice(prefix.length)) || null;
}

/** A kubelet may know fewer addresses than the Service has (one family of two), or the node's own cache in place of it. */
function kubeletDns(found: ResolverConfig, clusterDNS: readonly string[]): readonly string[] {
  if (clusterDNS.length === 0) return found.nameservers.slice(0, 1);
  const seen = found.nameservers.filter((address) => clusterDNS.includes(address) || address === NODE_LOCAL_DNS);
  return seen.length > 0 ? seen : clusterDNS;
}

/** The root alone adds nothing to a name. */
function isDomain(domain: string): boolean {
  return domain !== '.';
}

function bare(domain: string): string {
  return domain.replace(/\.$/, '');
}

function listed(words: readonly string[]): string {
  return words.join(' ') || '(none)';
}
