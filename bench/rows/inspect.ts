import {compare, type Sampler} from '../kit/compare.ts';
import {find, timeOf} from '../kit/process.ts';
import type {Goal, Row} from '../kit/row.ts';
import {startSandbox} from '../kit/sandbox.ts';
import {type Benchmark, KIADA, type Setting} from '../kit/setting.ts';

/** What a person waits for at a prompt, beside kubectl. */
export const inspect: Benchmark = {name: 'inspect', title: 'Commands beside kubectl, on one sandbox with the suite', rows};

const MOST = (value: number): Goal => ({at: 'most', value, of: 'ratio'});
const SERVICE = 'quote';

async function rows(setting: Setting): Promise<readonly Row[]> {
  const kubectl = find('kubectl');
  const sandbox = await startSandbox(setting.folder, 'inspect');
  const {env} = sandbox;
  const rounds = setting.quick ? 1 : setting.rounds * 4;
  const ours = (...args: string[]): Sampler => {
    const [node, entry] = KIADA;
    return warmed(() => timeOf(node, [entry, ...args], {env}));
  };
  const theirs = (...commands: readonly (readonly string[])[]): Sampler | null =>
    kubectl === null
      ? null
      : warmed(async () => {
          let total = 0;
          for (const args of commands) total += await timeOf(kubectl, args, {env});
          return total;
        });
  const row = (what: string, own: Sampler, peer: Sampler | null, goal: Goal): Promise<readonly Row[]> =>
    compare({what, unit: 'ms', rounds, ours: own, peers: [{name: 'kubectl', sample: peer, goal, why: 'name it by KIADA_BENCH_KUBECTL'}]});
  try {
    await sandbox.kiada('apply', 'suite', '--wait');
    return [
      ...(await row('--version', ours('--version'), theirs(['version', '--client']), MOST(1))),
      ...(await row(
        'completion of Services',
        ours('__complete', 'svc', 'describe', ''),
        theirs(['__complete', 'get', 'svc', '']),
        MOST(1),
      )),
      ...(await row('svc list, and get svc', ours('svc', 'list'), theirs(['get', 'svc']), MOST(2.5))),
      ...(await row(
        'svc describe, and the four commands that it replaces',
        ours('svc', 'describe', SERVICE),
        theirs(
          ['describe', 'svc', SERVICE],
          ['get', 'endpointslices', '-l', `kubernetes.io/service-name=${SERVICE}`, '-o', 'wide'],
          ['get', 'pods', '-o', 'wide'],
          ['get', 'events'],
        ),
        MOST(1),
      )),
    ];
  } finally {
    await sandbox.remove();
  }
}

/** The first call is not counted: it fills caches of code and of discovery, as in daily use. */
function warmed(sample: Sampler): Sampler {
  let first: Promise<number> | null = null;
  return async () => {
    first ??= sample();
    await first;
    return sample();
  };
}
