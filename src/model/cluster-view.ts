import type {EndpointSlice} from './endpoint.ts';
import type {KubernetesObject} from './kubernetes.ts';
import type {ProxyMode} from './network.ts';
import type {Node} from './node.ts';
import type {Pod} from './pod.ts';
import type {Service} from './service.ts';

/**
 * What the pure cores know of a cluster: immutable records with the indexes that routing, DNS and findings ask for.
 * Keys of namespaced maps are `namespace/name`. Made by `viewOf`, kept current by `updateView`, which shares what did not change.
 */
export interface ClusterView {
  readonly services: ReadonlyMap<string, Service>;
  readonly slices: ReadonlyMap<string, EndpointSlice>;
  /** By `namespace/SERVICE`, by the slices' label. */
  readonly slicesOf: ReadonlyMap<string, readonly EndpointSlice[]>;
  readonly pods: ReadonlyMap<string, Pod>;
  readonly nodes: ReadonlyMap<string, Node>;
  /** Namespaces that exist by themselves or through an object in them. */
  readonly namespaces: ReadonlySet<string>;
  /** Pod and host addresses to the keys of the pods that have them, in canonical form. */
  readonly podsByIP: ReadonlyMap<string, readonly string[]>;
  /** Canonical address of a Service (cluster IPs, external IPs, load balancer IPs) to the keys of the Services that have it. */
  readonly servicesByIP: ReadonlyMap<string, readonly string[]>;
  /** Node port to the keys of the Services that have it (of any protocol). */
  readonly servicesByNodePort: ReadonlyMap<number, readonly string[]>;
  /** Everything else that was given, by `kind/namespace/name`, for findings and display. */
  readonly others: ReadonlyMap<string, KubernetesObject>;
  /** The API objects behind `services` and `slices`, by `kind/namespace/name`. */
  readonly objects: ReadonlyMap<string, KubernetesObject>;
  /** The ranges of all ServiceCIDR objects, sorted. */
  readonly serviceCIDRs: readonly string[];
  readonly options: ViewOptions;
}

/** What no API object says. */
export interface ViewOptions {
  /** `cluster.local.` by default. */
  readonly clusterDomain: string;
  /** Ranges of pod addresses, one per family at the most: kube-proxy's detector of local traffic. Empty: taken from the nodes' podCIDRs. */
  readonly clusterCIDRs: readonly string[];
  /** Ranges of Service addresses: kube-proxy drops what goes to an unallocated one. Empty: taken from the ServiceCIDR objects. */
  readonly serviceCIDRs: readonly string[];
  /** Whether the network plugin gives pods' traffic to nodes and beyond the node's address. */
  readonly podTrafficToNodesMasqueraded: boolean;
  /**
   * Whether a masqueraded connection to an endpoint on the same node shows the node's address on the pod side, the first of its podCIDR
   * (10.244.1.1 of 10.244.1.0/24), as the plugins ptp and bridge make it. Otherwise the node's address is taken to be seen everywhere.
   */
  readonly masqueradeToPodGateway: boolean;
  /** kube-proxy's mode. */
  readonly proxyMode: ProxyMode;
  /** kube-proxy's `--masquerade-all`. */
  readonly masqueradeAll: boolean;
  /** kube-proxy's `--nodeport-addresses`: CIDRs or `primary`, `localhost`, `all`. Empty: the primary address in nftables mode, else all. */
  readonly nodePortAddresses: readonly string[];
  /** kube-proxy's `--iptables-localhost-nodeports`; nftables mode never serves node ports at the loopback. */
  readonly localhostNodePorts: boolean;
}
