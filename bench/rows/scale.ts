import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {alone} from '../kit/compare.ts';
import {plotCurves} from '../kit/plot.ts';
import {run} from '../kit/process.ts';
import {type Goal, medianOf, type Row} from '../kit/row.ts';
import {type Benchmark, program, type Setting} from '../kit/setting.ts';
import {snapshotRows} from './snapshot.ts';

interface Scale {
  readonly buildMs: number;
  readonly residentMB: number;
  readonly firstQuestionsPerSecond: number;
  readonly questionsPerSecond: number;
  readonly updateMs: number;
  readonly updateWithQuestionMs: number;
}

/** What one size costs, by the curves of the plot. */
type Costs = Readonly<Record<(typeof CURVES)[number][0], number>>;

const CURVES = [
  ['build', 'building the view', 'ms'],
  ['memory', 'memory with the view', 'MB'],
  ['question', 'a route question', 'µs'],
  ['update', 'an update of one slice', 'µs'],
  ['check', 'svc check -A', 'ms'],
  ['describe', 'svc describe', 'ms'],
] as const;

const SIZES = [1_000, 2_500, 5_000, 10_000] as const;

/** The routing view as it grows; no other tool answers these questions, so the goals are figures. */
export const scale: Benchmark = {name: 'scale', title: 'Routing view at up to 10,000 Services and 100,000 endpoints', rows};

async function rows(setting: Setting): Promise<readonly Row[]> {
  const sizes: readonly number[] = setting.quick ? [100, 200] : SIZES;
  const found: Row[] = [];
  const costs: {readonly services: number; readonly costs: Costs}[] = [];
  for (const services of sizes) {
    const largest = services === sizes.at(-1);
    const samples: Scale[] = [];
    for (let round = 0; round < setting.rounds; round++) samples.push(await sample(setting, services));
    const commands = await snapshotRows(setting, services, largest);
    if (largest) found.push(...rowsOf(services, samples), ...commands.rows);
    const median = (value: (sample: Scale) => number): number => medianOf(samples.map(value));
    costs.push({
      services,
      costs: {
        build: median(({buildMs}) => buildMs),
        memory: median(({residentMB}) => residentMB),
        question: 1e6 / median(({questionsPerSecond}) => questionsPerSecond),
        update: 1e3 * median(({updateMs}) => updateMs),
        check: commands.check.ms,
        describe: commands.describe.ms,
      },
    });
  }
  if (setting.plots !== null) writeFileSync(path.join(setting.plots, 'benchmarks-scale.svg'), plotOf(costs));
  return found;
}

async function sample(setting: Setting, services: number): Promise<Scale> {
  const args = ['--expose-gc', program('scale.ts'), '--services', String(services), '--seconds', String(setting.quick ? 0.05 : 1)];
  return JSON.parse((await run(process.execPath, args, {core: 1})).stdout) as Scale;
}

function plotOf(sizes: readonly {readonly services: number; readonly costs: Costs}[]): string {
  const curves = CURVES.map(([key, title, unit]) => ({
    ...{title, unit},
    points: sizes.map(({services, costs}) => ({x: services, y: costs[key]})),
  }));
  return plotCurves('What it costs as the cluster grows, ten endpoints to each Service', 'Services', curves);
}

function rowsOf(services: number, samples: readonly Scale[]): readonly Row[] {
  const of = (value: (sample: Scale) => number): readonly number[] => samples.map(value);
  const size = `${services.toLocaleString('en-US')} Services`;
  const goal = (at: Goal['at'], value: number): Goal => ({at, value, of: 'figure'});
  const row = (what: string, unit: string, value: (sample: Scale) => number, wanted: Goal | null, note = ''): Row =>
    alone(`${what}, ${size}`, unit, of(value), wanted, note);
  return [
    row('build', 'ms', ({buildMs}) => buildMs, goal('most', 1_500)),
    row('memory', 'MB', ({residentMB}) => residentMB, goal('most', 700), 'resident, with the objects it was made of'),
    row('route questions', '/s', ({questionsPerSecond}) => questionsPerSecond, goal('least', 100_000)),
    row(
      'first route questions',
      '/s',
      ({firstQuestionsPerSecond}) => firstQuestionsPerSecond,
      null,
      'each of a Service not asked about before',
    ),
    row('update of one slice', 'ms', ({updateMs}) => updateMs, goal('most', 1)),
    row('update of one slice and a question', 'ms', ({updateWithQuestionMs}) => updateWithQuestionMs, goal('most', 5)),
  ];
}
