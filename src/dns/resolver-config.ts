import {familyOf} from '../ip/index.ts';
import type {KubernetesObject, ResolverConfig} from '../model/index.ts';
import {MAX_DOMAIN_CHARACTERS, MAX_NAMESERVERS, MAX_SEARCH_CHARACTERS, MAX_SEARCHES, type PodDns, readPodDns} from './pod-dns.ts';
import {parseResolvConf} from './resolv-conf.ts';

/** What the node and its kubelet bring along. */
export interface NodeResolver {
  /** Text of the node's resolv.conf; null or empty for a kubelet with `--resolv-conf=""`. */
  readonly nodeResolvConf: string | null;
  readonly nodeIPs: readonly string[];
  /** The kubelet's `clusterDNS`; empty where it has none: ClusterFirst then falls back to the node's own. */
  readonly clusterDNS: readonly string[];
  /** The kubelet's `clusterDomain`, without a final dot; empty where it has none. */
  readonly clusterDomain: string;
}

const CLUSTER_OPTIONS = ['ndots:5'];

/**
 * What a pod's containers find in /etc/resolv.conf. `pod` is the manifest or the API object; throws KiadaError REFUSED_BY_API for
 * one that the API refuses. Rule: pkg/kubelet/network/dns/dns.go (GetPodDNS). The kubelet writes options in random order; here they
 * keep the order in which they were first named.
 */
export function resolverConfig(pod: KubernetesObject, node: NodeResolver): ResolverConfig {
  const dns = readPodDns(pod);
  const base = baseConfig(dns, node);
  const search = unique([...base.search, ...dns.searches]);
  return {
    nameservers: unique([...base.nameservers, ...dns.nameservers]).slice(0, MAX_NAMESERVERS),
    search: withinLimits(search),
    options: mergeOptions(base.options, dns.options),
  };
}

function baseConfig(pod: PodDns, node: NodeResolver): ResolverConfig {
  if (pod.policy === 'None') return {nameservers: [], search: [], options: []};
  const host = parseResolvConf(node.nodeResolvConf ?? '');
  const usesCluster = pod.policy === 'ClusterFirstWithHostNet' || (pod.policy === 'ClusterFirst' && !pod.hostNetwork);
  if (usesCluster && node.clusterDNS.length > 0) return clusterConfig(pod, node, host);
  return node.nodeResolvConf === null || node.nodeResolvConf === '' ? loopbackConfig(node) : host;
}

/** The node's search domains stay behind the cluster's; its name servers and options do not. */
function clusterConfig(pod: PodDns, node: NodeResolver, host: ResolverConfig): ResolverConfig {
  const domain = node.clusterDomain.replace(/\.$/, '');
  const search = domain === '' ? host.search : unique([`${pod.namespace}.svc.${domain}`, `svc.${domain}`, domain, ...host.search]);
  return {nameservers: node.clusterDNS, search, options: CLUSTER_OPTIONS};
}

/** No file to start from: the name server on this very machine, as a resolver without configuration takes it, and no search. */
function loopbackConfig(node: NodeResolver): ResolverConfig {
  const nameservers = node.nodeIPs.map((ip) => (familyOf(ip) === 'IPv6' ? '::1' : '127.0.0.1'));
  return {nameservers: nameservers.length > 0 ? nameservers : ['127.0.0.1'], search: ['.'], options: []};
}

/** Number first, then the length of each, then the length of all: the last ones go. */
function withinLimits(search: readonly string[]): readonly string[] {
  const kept = search.slice(0, MAX_SEARCHES).filter((domain) => domain.length <= MAX_DOMAIN_CHARACTERS);
  while (kept.join(' ').length > MAX_SEARCH_CHARACTERS) kept.pop();
  return kept;
}

function mergeOptions(base: readonly string[], own: PodDns['options']): readonly string[] {
  // without dnsConfig the kubelet takes the node's options as they are; merging changes nothing about them but an empty value
  const merged = new Map(base.map((option) => splitOption(option)));
  for (const {name, value} of own) merged.set(name, value);
  return [...merged].map(([name, value]) => (value === '' ? name : `${name}:${value}`));
}

function splitOption(option: string): [string, string] {
  const colon = option.indexOf(':');
  return colon < 0 ? [option, ''] : [option.slice(0, colon), option.slice(colon + 1)];
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
