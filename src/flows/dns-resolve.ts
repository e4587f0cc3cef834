import {isIP} from 'node:net';
import {KiadaError} from '../errors.ts';
import type {ObjectSource} from '../kube/index.ts';
import type {ClusterView, DnsQuestion, DnsResolveResult} from '../model/index.ts';
import type {AgentOptions} from './agents/agent.ts';
import {type JudgedAnswer, judgeAnswer} from './dns-agreement.ts';
import {type Asked, askEach} from './dns-ask.ts';
import {type AskedInside, askInside} from './dns-inside.ts';
import {type FoundResolver, judgeFound, type PredictedResolver, predictResolver} from './dns-resolver.ts';
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
  /** How an agent is started that asks from the vantage of a real cluster; null: nothing is started there. */
  readonly agent: AgentOptions | null;
}

/**
 * A name as a pod's resolver asks for it: each query with its answer, what the objects predict, what the cluster's DNS says, and whether
 * the two agree. In a real cluster an agent asks from the vantage, by the resolver that it finds there; that too is held against the
 * prediction.
 */
export async function resolveName(
  source: ObjectSource | ClusterSource,
  wanted: string,
  options: ResolveOptions,
): Promise<DnsResolveResult> {
  const [{isInZones, resolveSteps, reverseName}, {parseVantage}] = await Promise.all([
    import('../dns/index.ts'),
    import('../routing/index.ts'),
  ]);
  const question = {name: askedName(wanted, options.type, reverseName), type: options.type};
  const vantage = options.from === undefined ? null : parseVantage(options.from, options.namespace);
  const view = await readDnsView(source);
  if (vantage !== null) requireVantage(view, vantage);
  const inside = vantage === null ? null : await askInside(source, vantage, question, options);
  const found = inside && (await judgeFound(view, inside));
  const resolver = found ?? (await predictResolver(view, vantage, options.namespace));
  const {config, clusterDNS} = resolver;
  const zones = {zone: `${resolver.clusterDomain}.`};
  const cluster = {
    clusterDNS,
    serverIPs: clusterDNS,
    podRecords: 'insecure',
    fallthrough: ['in-addr.arpa.', 'ip6.arpa.'],
    ...zones,
  } as const;
  const predicted = resolveSteps(view, question, config, {libc: options.libc, ...cluster});
  const judge = (asked: Asked) => judgeAnswer(predicted, asked, (name) => isInZones(view, name, zones));
  const answers = (inside === null ? await askOutside(source, view, question, resolver, options) : [inside.asked]).map(judge);
  // which pod of the cluster's DNS it was that answered otherwise shows where each is asked by itself
  if (inside !== null && answers[0]?.agree === false)
    answers.push(...(await askEachPod(source, view, question, resolver, options)).map(judge));
  const from = vantage === null ? `a pod of namespace ${options.namespace}` : vantageText(vantage);
  return {...question, from, ...resolverOf(config, inside, found), ...outcomeOf(predicted, answers, found)};
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

async function askOutside(
  source: ObjectSource | ClusterSource,
  view: ClusterView,
  question: DnsQuestion,
  {config}: PredictedResolver,
  {predictOnly, server, libc}: ResolveOptions,
): Promise<readonly Asked[]> {
  return predictOnly ? [] : askEach(await dnsServersOf(source, view, server), question, config, libc);
}

/** For whoever may not forward to pods of the cluster's DNS, none. */
async function askEachPod(...args: Parameters<typeof askOutside>): Promise<readonly Asked[]> {
  try {
    return await askOutside(...args);
  } catch (error) {
    if (error instanceof KiadaError) return [];
    throw error;
  }
}

function resolverOf(
  predicted: PredictedResolver['config'],
  inside: AskedInside | null,
  found: FoundResolver | null,
): Pick<DnsResolveResult, 'resolver' | 'found'> {
  if (inside === null || found === null) return {resolver: predicted, found: null};
  return {resolver: inside.config, found: {at: inside.at, predicted: found.known ? predicted : null, differences: found.differences}};
}

function outcomeOf(
  predicted: Pick<DnsResolveResult, 'steps'> & DnsResolveResult['predicted'],
  judged: readonly JudgedAnswer[],
  found: FoundResolver | null,
): Pick<DnsResolveResult, 'steps' | 'predicted' | 'observed' | 'answers' | 'agree'> {
  const heard = judged.filter(({resolution}) => resolution !== null);
  const observed = heard.find(({agree}) => agree === false) ?? heard[0];
  const told = observed?.resolution ?? null;
  const answersAgree = heard.length === 0 || predicted.rcode === 'UNKNOWN' ? null : heard.every(({agree}) => agree);
  return {
    steps: told?.steps ?? predicted.steps,
    predicted: {rcode: predicted.rcode, records: predicted.records},
    observed: told && observed ? {rcode: told.rcode, records: told.records, server: observed.server} : null,
    answers: judged.map(({server, resolution, problem, agree}) => ({
      server,
      rcode: resolution?.rcode ?? null,
      records: resolution?.records ?? [],
      agree,
      problem,
    })),
    agree: (found?.differences.length ?? 0) > 0 ? false : answersAgree,
  };
}
