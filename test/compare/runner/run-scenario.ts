import {mkdirSync, symlinkSync} from 'node:fs';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {type CallResult, kubectl, type Place} from './kubectl.ts';
import {normalise} from './normalise.ts';
import {type Cluster, type Pair, prepare, type Scenario, type Step, stepId} from './types.ts';

const MANIFESTS = path.resolve(import.meta.dirname, '../manifests');
const UNTIL_MS = 60_000;
const PAUSE_MS = 400;

/** How a scenario is run: in which folder, under which letters, and through which gate (so that not too many calls run at once). */
export interface Setting {
  readonly folder: string;
  readonly run: string;
  readonly gate: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Runs a scenario against both clusters at once, and gives the compared steps' outcomes side by side. */
export async function runScenario(scenario: Scenario, clusters: readonly [Cluster, Cluster], setting: Setting): Promise<Pair[]> {
  const [genuine, sandbox] = await Promise.all(clusters.map((cluster) => runOn(scenario, cluster, setting)));
  return scenario.steps
    .map((entry, index) => ({entry, index}))
    .filter(({entry}) => !entry.quiet)
    .map(({entry, index}) => ({id: stepId(scenario, entry), genuine: genuine?.[index] ?? '', sandbox: sandbox?.[index] ?? ''}));
}

async function runOn(scenario: Scenario, cluster: Cluster, setting: Setting): Promise<string[]> {
  const namespace = `cmp-${setting.run}-${scenario.name}`;
  const folder = path.join(setting.folder, `${cluster.name}-${scenario.name}`);
  mkdirSync(folder, {recursive: true});
  symlinkSync(MANIFESTS, path.join(folder, 'manifests'));
  const place: Place = {cluster, namespace, run: setting.run, folder};
  const outcomes: string[] = [];
  try {
    await call(prepare('create namespace {ns}'), place, setting);
    // pods are refused until the namespace has its account
    await call(prepare('get serviceaccount default -o name', {until: /default/}), place, setting);
    for (const entry of scenario.steps) {
      outcomes.push(normalise(await call(entry, place, setting), entry).replaceAll(`cmp-${setting.run}`, 'cmp-{run}'));
    }
    return outcomes;
  } finally {
    const leftovers = (scenario.leftovers ?? []).join(' ');
    await setting.gate(() => kubectl(prepare(`delete --wait=false --ignore-not-found namespace/{ns} ${leftovers}`), place));
  }
}

async function call(entry: Step, place: Place, setting: Setting): Promise<CallResult> {
  const deadline = Date.now() + UNTIL_MS;
  for (;;) {
    const held = entry.endAfterMs !== undefined || /^(wait|rollout status|delete|logs -f|exec|drain)/.test(entry.kubectl);
    // a call that waits for the cluster must not keep others from starting
    const result = await (held ? kubectl(entry, place) : setting.gate(() => kubectl(entry, place)));
    const settled = entry.until === undefined || entry.until.test(result.stdout + result.stderr);
    if (settled || Date.now() > deadline) {
      if (entry.quiet && (result.code !== 0 || !settled))
        throw new Error(`${place.cluster.name}: ${entry.kubectl}: ${result.stdout}${result.stderr}`);
      return result;
    }
    await delay(PAUSE_MS);
  }
}
