import type {DemoStep} from '../../model/index.ts';
import {applyFlow} from '../apply-objects.ts';
import {resolveName} from '../dns-resolve.ts';
import {listServices} from '../list-services.ts';
import {loadFlow} from '../load/index.ts';
import {probeFlow} from '../probe/index.ts';
import {reachOf} from '../reach.ts';
import {bringUp} from '../sandbox-bring-up.ts';
import {type ClusterSource, openCluster} from '../source.ts';
import {askKiada} from './ask-kiada.ts';
import {cleanUp} from './clean-up.ts';
import {demoLoadFlags, demoProbeFlags} from './settings.ts';

export interface DemoFlags {
  readonly keep: boolean;
  readonly name: string;
  readonly 'data-dir'?: string | undefined;
  readonly duration: number;
  readonly context?: string | undefined;
}

const SUITE = ['kiada', 'quote', 'quiz'];
const WAIT_MS = 60_000;

/** The main job from nothing: a sandbox, the suite in it, its Services looked at, resolved, probed, asked and loaded. */
export async function* demo(flags: DemoFlags, say: (text: string) => void, signal: AbortSignal): AsyncGenerator<DemoStep> {
  const {status, started, tookMs} = await bringUp({...flags, nodes: 3, zones: 3, 'ip-family': 'dual', port: 0});
  yield {kind: 'sandbox', status, started, tookMs};
  const source = await openCluster({context: status.context});
  try {
    const steps: DemoStep[] = [];
    for await (const step of exercise(source, flags, say, signal)) {
      steps.push(step);
      yield step;
    }
    const problems = steps.flatMap(problemsOf);
    if (!flags.keep) await cleanUp(source, flags, started);
    yield {kind: 'end', agreed: problems.length === 0, kept: flags.keep, problems};
  } finally {
    source.close();
  }
}

async function* exercise(
  source: ClusterSource,
  flags: DemoFlags,
  say: (text: string) => void,
  signal: AbortSignal,
): AsyncGenerator<DemoStep> {
  const from = performance.now();
  const applied = await applyFlow(
    source,
    ['suite'],
    {recursive: false, wait: true, timeout: WAIT_MS, 'dry-run': 'none', 'force-conflicts': true, prune: false},
    say,
  );
  yield {kind: 'applied', result: applied, tookMs: performance.now() - from};
  const all = {'all-namespaces': false, watch: false};
  for await (const result of listServices(source, all)) {
    yield {kind: 'services', result: {services: result.services.filter((service) => SUITE.includes(service.name))}};
  }
  const namespace = source.namespace;
  const asked = (name: string, type: string) =>
    resolveName(source, name, {type, from: 'pod/kiada-001', namespace, predictOnly: false, libc: 'glibc'});
  yield {
    kind: 'resolved',
    results: [await asked('quote', 'A'), await asked('_http._tcp.quiz', 'SRV'), await asked(`kiada.${namespace}.svc.cluster.local.`, 'A')],
  };
  yield {
    kind: 'probed',
    result: await probeFlow(
      source,
      SUITE.map((name) => `svc/${name}`),
      {...demoProbeFlags, timeout: WAIT_MS},
    ),
  };
  const {url, reply} = await askKiada(await reachOf(source), source);
  yield {kind: 'answered', url, reply};
  for (const via of ['clusterip', 'nodeport', 'loadbalancer']) {
    if (signal.aborted) return;
    yield {
      kind: 'loaded',
      result: await loadFlow(source, 'svc/kiada:http', {...demoLoadFlags, via, duration: flags.duration}, () => {}, signal),
    };
  }
}

/** What in a step is not as it should be, in words. */
function problemsOf(step: DemoStep): readonly string[] {
  switch (step.kind) {
    case 'resolved':
      return step.results
        .filter((result) => result.agree !== true)
        .map((result) => `the cluster's DNS answers ${result.name} otherwise than predicted`);
    case 'probed':
      return step.result.targets.filter((target) => target.verdict !== 'healthy').map((target) => `${target.target} is ${target.verdict}`);
    case 'answered':
      return [...(step.reply.quote === '' ? ['Kiada has no quote'] : []), ...(step.reply.question === '' ? ['Kiada has no question'] : [])];
    case 'loaded':
      return step.result.runs.flatMap((run) => [
        ...(run.distribution.test.verdict === 'as-predicted' ? [] : [`${run.via}: the spread is ${run.distribution.test.verdict}`]),
        ...(run.succeeded === run.requests ? [] : [`${run.via}: ${run.requests - run.succeeded} of ${run.requests} requests failed`]),
      ]);
    default:
      return [];
  }
}
