import {KiadaError} from '../errors.ts';
import {canonicalIP} from '../ip/index.ts';
import type {ClusterView, IpFamily, Node, RouteSource, Vantage} from '../model/index.ts';

/** A vantage, looked up: who it is, on which node, and which address it sends from. */
export interface Origin {
  readonly kind: 'Pod' | 'Node' | 'Outside';
  /** As steps name it: `pod/kiada-001`, `node/sandbox-1`, `outside`. */
  readonly label: string;
  readonly source: Omit<RouteSource, 'ip'>;
  /** The node that it runs on, whose kube-proxy meets what it sends; null outside, and for a pod that is not scheduled. */
  readonly node: string | null;
  /** In its pod's own network, not its node's. */
  readonly podNetwork: boolean;
  readonly ips: readonly string[];
}

/**
 * Looks a vantage up: a record, or `pod/NAME`, `pod/NAMESPACE/NAME`, `node/NAME`, `outside`, `outside/IP`.
 * Throws NOT_FOUND for a pod or node that the view does not have, USAGE for what is no vantage.
 */
export function originOf(view: ClusterView, from: Vantage | string, namespace: string): Origin {
  const vantage = typeof from === 'string' ? parseVantage(from, namespace) : from;
  switch (vantage.kind) {
    case 'Pod':
      return podOrigin(view, vantage.namespace, vantage.name);
    case 'Node':
      return nodeOrigin(view, vantage.name);
    case 'Outside':
      return outsideOrigin(vantage.ip ?? null);
  }
}

/** The address that the origin sends from in a family; null where it has none or it is not known. */
export function sourceOf(origin: Origin, family: IpFamily): string | null {
  // canonical as they are, a colon tells
  return origin.ips.find((ip) => ip.includes(':') === (family === 'IPv6')) ?? null;
}

/** Reads `pod/NAME`, `pod/NAMESPACE/NAME`, `node/NAME`, `outside` or `outside/IP`. */
export function parseVantage(text: string, namespace: string): Vantage {
  const parts = text.split('/');
  const [kind, first, second] = parts;
  if (parts.length <= 3) {
    if (kind === 'outside' && first === undefined) return {kind: 'Outside'};
    if (kind === 'outside' && first && second === undefined) return {kind: 'Outside', ip: first};
    if (kind === 'node' && first && second === undefined) return {kind: 'Node', name: first};
    if (kind === 'pod' && first) return second ? {kind: 'Pod', namespace: first, name: second} : {kind: 'Pod', namespace, name: first};
  }
  throw new KiadaError('USAGE', `"${text}" is no vantage.`, {hint: 'Name one as pod/NAME, node/NAME, outside or outside/IP.'});
}

function podOrigin(view: ClusterView, namespace: string, name: string): Origin {
  const pod = view.pods.get(`${namespace}/${name}`);
  if (pod === undefined) throw new KiadaError('NOT_FOUND', `There is no pod ${name} in namespace ${namespace}.`);
  const node = pod.nodeName === null ? undefined : view.nodes.get(pod.nodeName);
  return {
    kind: 'Pod',
    label: `pod/${name}`,
    source: {kind: 'Pod', namespace, name, node: pod.nodeName, zone: node?.zone ?? null},
    node: pod.nodeName,
    podNetwork: !pod.hostNetwork,
    ips: pod.ips.flatMap((ip) => canonicalIP(ip) ?? []),
  };
}

/** Kept as long as the node's record, which is immutable. */
const nodeOrigins = new WeakMap<Node, Origin>();

function nodeOrigin(view: ClusterView, name: string): Origin {
  const node = view.nodes.get(name);
  if (node === undefined) throw new KiadaError('NOT_FOUND', `There is no node ${name}.`);
  const before = nodeOrigins.get(node);
  if (before !== undefined) return before;
  const origin: Origin = {
    kind: 'Node',
    label: `node/${name}`,
    source: {kind: 'Node', namespace: null, name, node: name, zone: node.zone},
    node: name,
    podNetwork: false,
    ips: node.internalIPs.flatMap((ip) => canonicalIP(ip) ?? []),
  };
  nodeOrigins.set(node, origin);
  return origin;
}

function outsideOrigin(ip: string | null): Origin {
  const address = ip === null ? null : canonicalIP(ip);
  if (ip !== null && address === null) throw new KiadaError('USAGE', `"${ip}" is no IP address.`);
  return {
    kind: 'Outside',
    label: 'outside',
    source: {kind: 'Outside', namespace: null, name: null, node: null, zone: null},
    node: null,
    podNetwork: false,
    ips: address === null ? [] : [address],
  };
}
