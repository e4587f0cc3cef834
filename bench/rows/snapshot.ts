import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {alone} from '../kit/compare.ts';
import {memoryOf} from '../kit/memory.ts';
import {start} from '../kit/process.ts';
import {type Goal, medianOf, type Row} from '../kit/row.ts';
import {KIADA, type Setting} from '../kit/setting.ts';
import {clusterOf} from '../programs/cluster.ts';

interface Cost {
  readonly ms: number;
  readonly peakMB: number;
}

/** What commands take on a snapshot of that many Services: the figures with their goals, and the medians for the plot. */
export async function snapshotRows(
  setting: Setting,
  services: number,
  largest: boolean,
): Promise<{readonly rows: readonly Row[]; readonly check: Cost; readonly describe: Cost}> {
  const file = path.join(setting.folder, `snapshot-${services}.json`);
  writeFileSync(file, JSON.stringify({apiVersion: 'v1', kind: 'List', items: clusterOf(services).objects}));
  const [checks, describes]: [Cost[], Cost[]] = [[], []];
  for (let round = 0; round < setting.rounds; round++) {
    checks.push(await costOf(['svc', 'check', '-A', '--snapshot', file]));
    describes.push(await costOf(['svc', 'describe', 'service-7', '-n', 'bench', '--snapshot', file]));
  }
  const goal = (value: number): Goal | null => (largest ? {at: 'most', value, of: 'figure'} : null);
  const size = `${services.toLocaleString('en-US')} Services`;
  const times = (costs: readonly Cost[]): readonly number[] => costs.map(({ms}) => ms);
  const peaks = (costs: readonly Cost[]): readonly number[] => costs.map(({peakMB}) => peakMB);
  return {
    rows: [
      alone(`svc check -A, ${size}`, 'ms', times(checks), goal(10_000), 'the whole command, on a snapshot in JSON'),
      alone(`memory of svc check -A, ${size}`, 'MB', peaks(checks), goal(1_000), 'at the most'),
      alone(`svc describe, ${size}`, 'ms', times(describes), goal(1_000), 'the whole command, on the same snapshot'),
    ],
    check: {ms: medianOf(times(checks)), peakMB: medianOf(peaks(checks))},
    describe: {ms: medianOf(times(describes)), peakMB: medianOf(peaks(describes))},
  };
}

const SAMPLE_MS = 20;

/** Runs a command to its end. Its exit code says what it found, which is nothing that counts here. */
async function costOf(args: readonly string[]): Promise<Cost> {
  const [node, entry] = KIADA;
  const from = performance.now();
  const {process: child} = start(node, [entry, ...args], {core: 1});
  child.stdout?.resume();
  let peakMB = 0;
  const sampling = setInterval(() => {
    peakMB = Math.max(peakMB, memoryOf(child.pid as number)?.peakMB ?? 0);
  }, SAMPLE_MS);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearInterval(sampling);
  if (code !== 0 && code !== 1) throw new Error(`kiada ${args.join(' ')} ended with ${code}`);
  return {ms: performance.now() - from, peakMB};
}
