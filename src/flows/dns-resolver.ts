import {KiadaError} from '../errors.ts';
import type {ClusterView, KubernetesObject, ResolverConfig, Vantage} from '../model/index.ts';
import type {AskedInside} from './dns-inside.ts';
import {vantageText} from './vantage.ts';

/** The cluster's domain where nothing says another. */
const CLUSTER_DOMAIN = 'cluster.local';
/** The DNS Service's address in most clusters, for one where it has another name than usual. */
const USUAL_DNS = '10.96.0.10';

/** Addresses of the cluster's DNS Service, by the name that every distribution gives it; empty where it has none of these. */
function clusterDnsAddresses(view: ClusterView): readonly string[] {
  for (const name of ['kube-dns', 'coredns', 'rke2-coredns-rke2-coredns', 'dns-default']) {
    for (const namespace of ['kube-system', 'openshift-dns']) {
      const service = view.services.get(`${namespace}/${name}`);
      if (service && service.clusterIPs.length > 0) return service.clusterIPs;
    }
  }
  return [];
}

/** A resolver, and by which of its name servers and domains it is the cluster's. */
export interface PredictedResolver {
  readonly config: ResolverConfig;
  readonly clusterDNS: readonly string[];
  readonly clusterDomain: string;
}

/** The resolver of a pod, or of any pod of a namespace, as the objects tell it. Throws UNKNOWABLE for nodes and outside. */
export async function predictResolver(view: ClusterView, vantage: Vantage | null, namespace: string): Promise<PredictedResolver> {
  if (vantage?.kind === 'Node' || vantage?.kind === 'Outside') {
    throw new KiadaError('UNKNOWABLE', `the resolver of ${vantageText(vantage)} is not the cluster's`, {
      hint: 'Names of Services are for pods: use --from pod/NAME.',
    });
  }
  const {resolverConfig} = await import('../dns/index.ts');
  const known = clusterDnsAddresses(view);
  const clusterDNS = known.length > 0 ? known : [USUAL_DNS];
  const anyPod: KubernetesObject = {apiVersion: 'v1', kind: 'Pod', metadata: {name: 'any', namespace}, spec: {containers: []}};
  const pod = vantage === null ? undefined : view.pods.get(`${vantage.namespace}/${vantage.name}`);
  // what the node's own resolv.conf adds is not in the API: an empty one is assumed, as the sandbox has it
  const node = {nodeResolvConf: '', nodeIPs: nodeIPsOf(view, pod?.nodeName ?? null), clusterDNS, clusterDomain: CLUSTER_DOMAIN};
  return {config: resolverConfig(pod?.object ?? anyPod, node), clusterDNS, clusterDomain: CLUSTER_DOMAIN};
}

/** The resolver that was found at a vantage, held against what the objects tell of it. */
export interface FoundResolver extends PredictedResolver {
  /** Whether the objects tell anything of it: `config` is what was found where they don't. */
  readonly known: boolean;
  readonly differences: readonly string[];
}

/** Judges what an agent found. A node's resolver is not in the API: whatever was found there is as it should be. */
export async function judgeFound(view: ClusterView, {vantage, config}: AskedInside): Promise<FoundResolver> {
  const {clusterDomainIn, judgeResolver, NODE_LOCAL_DNS} = await import('../dns/index.ts');
  const known = clusterDnsAddresses(view);
  const clusterDNS = [...(known.length > 0 ? known : config.nameservers.slice(0, 1)), NODE_LOCAL_DNS];
  const pod = vantage.kind === 'Pod' ? view.pods.get(`${vantage.namespace}/${vantage.name}`) : undefined;
  if (pod === undefined) return {config, clusterDNS, clusterDomain: CLUSTER_DOMAIN, known: false, differences: []};
  const clusterDomain = clusterDomainIn(config, pod.namespace) ?? CLUSTER_DOMAIN;
  const api = {nodeIPs: nodeIPsOf(view, pod.nodeName), clusterDNS: known, clusterDomain};
  const {predicted, differences} = judgeResolver(pod.object, config, api);
  return {config: predicted, clusterDNS, clusterDomain, known: true, differences};
}

function nodeIPsOf(view: ClusterView, node: string | null): readonly string[] {
  return node === null ? [] : (view.nodes.get(node)?.internalIPs ?? []);
}
