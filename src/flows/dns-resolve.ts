import {isIP} from 'node:net';
import {KiadaError} from '../errors.ts';
import type {ObjectSource} from '../kube/index.ts';
import type {ClusterView, DnsAnswer, DnsResolveResult, KubernetesObject, ResolverConfig, Vantage} from '../model/index.ts';
import {type Asked, askEach} from './dns-ask.ts';
import {dnsServersOf} from './dns-server.ts';
import type {ClusterSource} from './source.ts';
import {requireVantage, vantageText} from './vantage.ts';

export interface ResolveOptions {
  readonly type: string;
  readonly from?: string | undefined;
  readonly namespace: string;
  readonly predictOnly: boolean;
  /** `HOST:PORT` of a DNS server to ask in place of the cluster's. */
  readonly server?: string | undefined;
  readonly libc: 'glibc' | 'musl';
}

const CLUSTER_DOMAIN = 'cluster.local';

/**
 * A name as a pod's resolver asks for it: each query with its answer, what the objects predict, what the cluster's DNS says, and
 * whether the two agree.
 */
export async function resolveName(
  source: ObjectSource | ClusterSource,
  wanted: string,
  options: ResolveOptions,
): Promise<DnsResolveResult> {
  const [{resolveSteps, reverseName}, {parseVantage}] = await Promise.all([import('../dns/index.ts'), import('../routing/index.ts')]);
  const name = askedName(wanted, options.type, reverseName);
  const vantage = options.from === undefined ? null : parseVantage(options.from, options.namespace);
  const view = await readDnsView(source);
  if (vantage !== null) requireVantage(view, vantage);
  const clusterDNS = clusterDnsAddresses(view);
  const config = await configOf(view, vantage, options.namespace, clusterDNS);
  const serverIPs = clusterDNS;
  const predicted = resolveSteps(view, {name, type: options.type}, config, {
    libc: options.libc,
    clusterDNS,
    serverIPs,
    podRecords: 'insecure',
    fallthrough: ['in-addr.arpa.', 'ip6.arpa.'],
  });
  const servers = options.predictOnly ? [] : await dnsServersOf(source, view, options.server);
  const asked = await askEach(servers, {name, type: options.type}, config, options.libc);
  const judged = asked.map((answer) => ({...answer, agree: agreement(predicted, answer)}));
  const heard = judged.filter(({resolution}) => resolution !== null);
  const observed = (heard.find(({agree}) => agree === false) ?? heard[0])?.resolution ?? null;
  return {
    name,
    type: options.type,
    from: vantage === null ? `a pod of namespace ${options.namespace}` : vantageText(vantage),
    resolver: config,
    steps: observed?.steps ?? predicted.steps,
    predicted: {rcode: predicted.rcode, records: predicted.records},
    observed: observed === null ? null : {rcode: observed.rcode, records: observed.records, server: observed.server},
    answers: judged.map(({server, resolution, problem, agree}) => ({
      server,
      rcode: resolution?.rcode ?? null,
      records: resolution?.records ?? [],
      agree,
      problem,
    })),
    agree: heard.length === 0 || predicted.rcode === 'UNKNOWN' ? null : heard.every(({agree}) => agree),
  };
}

/** An address has a name to look for, its reverse one; to ask for its address is a slip. Throws USAGE for that. */
function askedName(name: string, type: string, reverseName: (address: string) => string | null): string {
  if (isIP(name) === 0) return name;
  if (type.toUpperCase() === 'PTR') return reverseName(name) ?? name;
  throw new KiadaError('USAGE', `${name} is an address already`, {hint: `Ask for its name with: kiada dns resolve ${name} --type PTR`});
}

async function readDnsView(source: ObjectSource): Promise<ClusterView> {
  const {viewOf} = await import('../routing/index.ts');
  const all = {namespace: null} as const;
  const {objects} = await source.read([
    {resource: 'services', ...all},
    {resource: 'endpointslices', ...all},
    {resource: 'pods', ...all, optional: true},
    {resource: 'nodes', ...all, optional: true},
    {resource: 'namespaces', ...all, optional: true},
  ]);
  return viewOf(objects);
}

/** The cluster's DNS Service, by the name that every distribution gives it. */
function clusterDnsAddresses(view: ClusterView): readonly string[] {
  for (const name of ['kube-dns', 'coredns', 'rke2-coredns-rke2-coredns', 'dns-default']) {
    for (const namespace of ['kube-system', 'openshift-dns']) {
      const service = view.services.get(`${namespace}/${name}`);
      if (service && service.clusterIPs.length > 0) return service.clusterIPs;
    }
  }
  return ['10.96.0.10'];
}

async function configOf(
  view: ClusterView,
  vantage: Vantage | null,
  namespace: string,
  clusterDNS: readonly string[],
): Promise<ResolverConfig> {
  if (vantage?.kind === 'Node' || vantage?.kind === 'Outside') {
    throw new KiadaError('UNKNOWABLE', `the resolver of ${vantageText(vantage)} is not the cluster's`, {
      hint: 'Names of Services are for pods: use --from pod/NAME.',
    });
  }
  const {resolverConfig} = await import('../dns/index.ts');
  const anyPod: KubernetesObject = {apiVersion: 'v1', kind: 'Pod', metadata: {name: 'any', namespace}, spec: {containers: []}};
  const pod = vantage === null ? undefined : view.pods.get(`${vantage.namespace}/${vantage.name}`);
  const nodeIPs = pod?.nodeName ? (view.nodes.get(pod.nodeName)?.internalIPs ?? []) : [];
  // what the node's own resolv.conf adds is not in the API: an empty one is assumed, as the sandbox has it
  return resolverConfig(pod?.object ?? anyPod, {nodeResolvConf: '', nodeIPs, clusterDNS, clusterDomain: CLUSTER_DOMAIN});
}

/** null where nothing was answered or nothing can be predicted. */
function agreement(predicted: DnsResolveResult['predicted'], {resolution}: Asked): boolean | null {
  return resolution === null || predicted.rcode === 'UNKNOWN' ? null : sameAnswer(predicted, resolution);
}

/** Whether two answers say the same: rcode and records, whatever their order and time to live. */
function sameAnswer(
  predicted: Pick<DnsResolveResult['predicted'], 'rcode' | 'records'>,
  observed: {rcode: string; records: DnsAnswer['answer']},
): boolean {
  const key = (records: DnsAnswer['answer']) =>
    records
      .map(({name, type, data}) => `${name.toLowerCase()} ${type} ${data}`)
      .toSorted()
      .join('\n');
  return predicted.rcode === observed.rcode && key(predicted.records) === key(observed.records);
}
