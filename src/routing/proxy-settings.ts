import {type Cidr, type CidrSet, canonicalIP, cidrHoldsCanonical, cidrSet, familyOf, parseCidr} from '../ip/index.ts';
import type {ClusterView, IpFamily, Node, ProxyMode, ViewOptions} from '../model/index.ts';

/** How one node's kube-proxy is configured, where it differs from what the view says. What is left out is taken from the view. */
export interface ProxySettings {
  readonly mode?: ProxyMode;
  readonly ipFamily?: IpFamily;
  /** Sources in this range count as pods of the cluster; null is no detector of local traffic. */
  readonly localPodCIDR?: string | null;
  readonly masqueradeAll?: boolean;
  readonly nodePortAddresses?: readonly string[];
  readonly localhostNodePorts?: boolean;
  /** Every local address, the family's primary one first. */
  readonly nodeIPs?: readonly string[];
  readonly serviceCIDRs?: readonly string[];
}

/** The same, resolved and parsed for one family. */
export interface NodeProxy {
  readonly mode: ProxyMode;
  readonly family: IpFamily;
  /** Empty: no detector of local traffic. */
  readonly podRanges: CidrSet;
  readonly masqueradeAll: boolean;
  readonly primaryIP: string | null;
  readonly localIPs: ReadonlySet<string>;
  /** Where node ports are served; null is every local address. */
  readonly nodePortRanges: readonly Cidr[] | null;
  readonly localhostNodePorts: boolean;
  readonly serviceRanges: readonly Cidr[];
}

const LOOPBACK: Readonly<Record<IpFamily, Cidr>> = {
  IPv4: parseCidr('127.0.0.0/8') as Cidr,
  IPv6: parseCidr('::1/128') as Cidr,
};

/** What is known of the proxies of one map of nodes, with the options and the Service ranges of the view that asked last. */
interface KnownProxies {
  readonly options: ViewOptions;
  readonly serviceCIDRs: readonly string[];
  readonly IPv4: Map<string, NodeProxy>;
  readonly IPv6: Map<string, NodeProxy>;
}

/** Kept per map of nodes, for one list of Service ranges and options, all immutable: a view after a change of other objects shares them. */
const known = new WeakMap<ReadonlyMap<string, Node>, KnownProxies>();

/** The settings of the kube-proxy on a node, for one family: those given, else the view's. */
export function nodeProxy(view: ClusterView, node: string, family: IpFamily, given?: ProxySettings): NodeProxy {
  if (given !== undefined) return resolve(view, node, family, given);
  const byNode = settingsOf(view)[family];
  let proxy = byNode.get(node);
  if (proxy === undefined) {
    proxy = resolve(view, node, family, {});
    byNode.set(node, proxy);
  }
  return proxy;
}

function settingsOf(view: ClusterView): KnownProxies {
  const {nodes, options, serviceCIDRs} = view;
  const found = known.get(nodes);
  if (found !== undefined && found.options === options && found.serviceCIDRs === serviceCIDRs) return found;
  const proxies: KnownProxies = {options, serviceCIDRs, IPv4: new Map(), IPv6: new Map()};
  known.set(nodes, proxies);
  return proxies;
}

/** Whether the address is the node's own, the loopback included. */
export function isNodeAddress(proxy: NodeProxy, address: string): boolean {
  return proxy.localIPs.has(address) || isLoopback(address);
}

/** Whether kube-proxy takes the address for a pod's: false without a detector. */
export function isPodAddress(proxy: NodeProxy, address: string): boolean {
  return proxy.podRanges.has(address);
}

/** Whether node ports are served at this address of the node (`--nodeport-addresses`; pkg/proxy/util/nodeport_addresses.go). */
export function servesNodePorts(proxy: NodeProxy, address: string): boolean {
  if (!isNodeAddress(proxy, address)) return false;
  if (isLoopback(address) && (proxy.mode !== 'iptables' || proxy.family === 'IPv6' || !proxy.localhostNodePorts)) return false;
  return proxy.nodePortRanges === null || proxy.nodePortRanges.some((range) => cidrHoldsCanonical(range, address));
}

function isLoopback(address: string): boolean {
  return cidrHoldsCanonical(LOOPBACK[address.includes(':') ? 'IPv6' : 'IPv4'], address);
}

function resolve(view: ClusterView, name: string, family: IpFamily, given: ProxySettings): NodeProxy {
  const {options} = view;
  const mode = given.mode ?? options.proxyMode;
  const localIPs = (given.nodeIPs ?? addressesOf(view.nodes.get(name))).flatMap((ip) => canonicalIP(ip) ?? []);
  const primaryIP = localIPs.find((ip) => familyOf(ip) === family) ?? null;
  return {
    mode,
    family,
    podRanges:
      given.localPodCIDR === undefined
        ? podRanges(view, family)
        : cidrSet(parseAll(given.localPodCIDR === null ? [] : [given.localPodCIDR], family)),
    masqueradeAll: given.masqueradeAll ?? options.masqueradeAll,
    primaryIP,
    localIPs: new Set(localIPs),
    nodePortRanges: nodePortRanges(given.nodePortAddresses ?? options.nodePortAddresses, mode, family, primaryIP),
    localhostNodePorts: given.localhostNodePorts ?? options.localhostNodePorts,
    serviceRanges: parseAll(given.serviceCIDRs ?? (options.serviceCIDRs.length > 0 ? options.serviceCIDRs : view.serviceCIDRs), family),
  };
}

function addressesOf(node: Node | undefined): readonly string[] {
  return node === undefined ? [] : [...node.internalIPs, ...node.externalIPs];
}

/** The same for every node: kept per map of nodes and options. */
const knownPodRanges = new WeakMap<ReadonlyMap<string, Node>, WeakMap<ViewOptions, Map<IpFamily, CidrSet>>>();

function podRanges(view: ClusterView, family: IpFamily): CidrSet {
  const byOptions = knownPodRanges.get(view.nodes) ?? new WeakMap<ViewOptions, Map<IpFamily, CidrSet>>();
  const byFamily = byOptions.get(view.options) ?? new Map<IpFamily, CidrSet>();
  knownPodRanges.set(view.nodes, byOptions.set(view.options, byFamily));
  let ranges = byFamily.get(family);
  if (ranges === undefined) {
    const {clusterCIDRs} = view.options;
    ranges = cidrSet(parseAll(clusterCIDRs.length > 0 ? clusterCIDRs : [...view.nodes.values()].flatMap((node) => node.podCIDRs), family));
    byFamily.set(family, ranges);
  }
  return ranges;
}

/** Unset means the primary address in nftables mode; a list without a range of the family means every address in all modes. */
function nodePortRanges(given: readonly string[], mode: ProxyMode, family: IpFamily, primaryIP: string | null): readonly Cidr[] | null {
  const texts = given.length === 0 && mode === 'nftables' ? ['primary'] : given;
  const primary = primaryIP === null ? [] : [`${primaryIP}/${family === 'IPv4' ? 32 : 128}`];
  const expanded = texts.flatMap((text) => (text === 'primary' ? primary : (KEYWORDS.get(text) ?? [text])));
  const ranges = parseAll(expanded, family);
  return ranges.length === 0 || ranges.some((range) => range.bits === 0) ? null : ranges;
}

const KEYWORDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['localhost', ['127.0.0.0/8', '::1/128']],
  ['all', ['0.0.0.0/0', '::/0']],
]);

function parseAll(texts: readonly string[], family: IpFamily): readonly Cidr[] {
  return texts.map((text) => parseCidr(text)).filter((range) => range?.family === family) as readonly Cidr[];
}
