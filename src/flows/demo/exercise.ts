import {setTimeout as delay} from 'node:timers/promises';
import type {DemoStep, DnsResolveResult, LoadResult} from '../../model/index.ts';
import {agentOptions} from '../agents/agent.ts';
import {applyFlow} from '../apply-objects.ts';
import {resolveName} from '../dns-resolve.ts';
import {listServices} from '../list-services.ts';
import {type LoadFlags, type LoadHearers, loadFlow} from '../load/index.ts';
import {probeFlow} from '../probe/index.ts';
import {reachOf} from '../reach.ts';
import type {ClusterSource} from '../source.ts';
import {askKiada} from './ask-kiada.ts';
import type {DemoFlags} from './index.ts';
import {demoLoadFlags, demoProbeFlags} from './settings.ts';
import type {Ways} from './ways.ts';

/** Where the demonstration takes place. */
export interface DemoPlace {
  readonly source: ClusterSource;
  /** Ways to the Services of a real cluster; null for a sandbox, where every way is open. */
  readonly ways: Ways | null;
}

const SUITE = ['kiada', 'quote', 'quiz'];
const WAIT_MS = 60_000;
/** Nodes of a real cluster may have to pull images first. */
const PULL_MS = 300_000;
const TARGET = 'svc/kiada:http';
/** With so many a share that is off by some ten points of a hundred shows. */
const ENOUGH_REQUESTS = 600;
const LONGEST_MS = 60_000;
/** How long an answer may be kept by a cluster's DNS: kubeadm's figure. */
const CACHED_MS = 35_000;

/** The suite is applied, its Services are listed, resolved, probed, asked and loaded; a step for each. */
export async function* exercise(
  place: DemoPlace,
  flags: DemoFlags,
  say: (text: string) => void,
  signal: AbortSignal,
): AsyncGenerator<DemoStep> {
  const {source, ways} = place;
  const from = performance.now();
  const applied = await applyFlow(
    source,
    ['suite'],
    {
      ...flags,
      recursive: false,
      wait: true,
      timeout: ways === null ? WAIT_MS : PULL_MS,
      'dry-run': 'none',
      'force-conflicts': ways === null, // a real cluster's objects may be somebody else's
      prune: false,
    },
    say,
  );
  yield {kind: 'applied', result: applied, tookMs: performance.now() - from};
  for await (const result of listServices(source, {'all-namespaces': false, watch: false})) {
    yield {kind: 'services', result: {services: result.services.filter((service) => SUITE.includes(service.name))}};
  }
  yield {kind: 'resolved', results: await resolveNames(place, signal)};
  const targets = SUITE.map((name) => `svc/${name}`);
  yield {kind: 'probed', result: await probeFlow(source, targets, {...demoProbeFlags, timeout: WAIT_MS}, say)};
  yield await answer(place, flags, say, signal);
  for (const via of ['clusterip', 'nodeport', 'loadbalancer'] as const) {
    if (signal.aborted) return;
    const way = ways === null ? {from: undefined} : await ways.to(via);
    if ('closed' in way) yield {kind: 'skipped', what: `load through ${via}`, why: way.closed};
    else {
      const load = {...flags, ...demoLoadFlags, ...way, via, yes: ways !== null};
      yield {kind: 'loaded', result: await loadUntilDecided(source, load, {onProgress: () => {}, say, signal})};
    }
  }
}

async function resolveNames({source, ways}: DemoPlace, signal: AbortSignal): Promise<readonly DnsResolveResult[]> {
  const {namespace} = source;
  const ask = (name: string, type: string) =>
    resolveName(source, name, {type, from: 'pod/kiada-001', namespace, predictOnly: false, libc: 'glibc', agent: null});
  const questions = [
    ['quote', 'A'],
    ['_http._tcp.quiz', 'SRV'],
    [`kiada.${namespace}.svc.cluster.local.`, 'A'],
  ] as const;
  // the DNS of a real cluster may still hold what was so before, until its records have lived their time
  const deadline = Date.now() + (ways === null ? 0 : CACHED_MS);
  for (;;) {
    const results: DnsResolveResult[] = [];
    for (const [name, type] of questions) results.push(await ask(name, type));
    if (results.every(({agree}) => agree === true) || Date.now() >= deadline || signal.aborted) return results;
    await delay(1000, undefined, {signal}).catch(() => {}); // interrupted: seen above
  }
}

/** Sends load, and once more for longer where the requests of a slow cluster were too few to tell a skew from chance. */
async function loadUntilDecided(
  source: ClusterSource,
  flags: LoadFlags & {readonly duration: number},
  hearers: LoadHearers,
): Promise<LoadResult> {
  const first = await loadFlow(source, TARGET, flags, hearers);
  const open = first.runs.filter((run) => run.distribution.test.verdict === 'undecided');
  if (open.length === 0 || hearers.signal.aborted) return first;
  const rate = Math.max(1, Math.min(...open.map((run) => run.requestsPerSecond)));
  const duration = Math.min(LONGEST_MS, Math.max(flags.duration, (ENOUGH_REQUESTS / rate) * 1000));
  return loadFlow(source, TARGET, {...flags, duration: Math.ceil(duration)}, hearers);
}

async function answer({source, ways}: DemoPlace, flags: DemoFlags, say: (text: string) => void, signal: AbortSignal): Promise<DemoStep> {
  const way = ways === null ? {from: 'outside'} : await ways.to('nodeport');
  if ('closed' in way) return {kind: 'skipped', what: 'asking Kiada', why: way.closed};
  const {parseVantage} = await import('../../routing/index.ts');
  const reach = await reachOf(source, ways === null ? null : agentOptions(flags, source.namespace, {say, signal}));
  try {
    return {kind: 'answered', ...(await askKiada(reach, source, parseVantage(way.from, source.namespace)))};
  } finally {
    await reach.close();
  }
}
