import {alone} from '../kit/compare.ts';
import {run} from '../kit/process.ts';
import type {Goal, Row} from '../kit/row.ts';
import {type Benchmark, program, type Setting} from '../kit/setting.ts';

interface Scale {
  readonly services: number;
  readonly buildMs: number;
  readonly residentMB: number;
  readonly ofWhichObjectsMB: number;
  readonly firstQuestionsPerSecond: number;
  readonly questionsPerSecond: number;
  readonly updatesPerSecond: number;
  readonly updatesWithQuestionPerSecond: number;
}

const SIZES = [1_000, 2_500, 5_000, 10_000] as const;

/** The routing view as it grows; no other tool answers these questions, so the goals are figures. */
export const scale: Benchmark = {name: 'scale', title: 'Routing view at up to 10,000 Services and 100,000 endpoints', rows};

async function rows(setting: Setting): Promise<readonly Row[]> {
  const sizes = setting.quick ? [200] : SIZES;
  const found: Row[] = [];
  for (const services of sizes) {
    const samples: Scale[] = [];
    for (let round = 0; round < setting.rounds; round++) {
      const args = ['--expose-gc', program('scale.ts'), '--services', String(services), '--seconds', String(setting.quick ? 0.05 : 1)];
      samples.push(JSON.parse((await run(process.execPath, args, {core: 1})).stdout) as Scale);
    }
    found.push(...rowsOf(services, samples, services === sizes.at(-1)));
  }
  return found;
}

function rowsOf(services: number, samples: readonly Scale[], largest: boolean): readonly Row[] {
  const of = (value: (sample: Scale) => number): readonly number[] => samples.map(value);
  const goal = (at: Goal['at'], value: number): Goal | null => (largest ? {at, value, of: 'figure'} : null);
  const size = `${services.toLocaleString('en-US')} Services`;
  return [
    alone(
      `build, ${size}`,
      'ms',
      of((sample) => sample.buildMs),
      goal('most', 1_500),
    ),
    alone(
      `memory, ${size}`,
      'MB',
      of((sample) => sample.residentMB),
      goal('most', 700),
      'resident, with the objects it was made of',
    ),
    alone(
      `route questions, ${size}`,
      '/s',
      of((sample) => sample.questionsPerSecond),
      goal('least', 100_000),
    ),
    alone(
      `first route questions, ${size}`,
      '/s',
      of((sample) => sample.firstQuestionsPerSecond),
      null,
      'each of a Service not asked about before',
    ),
    alone(
      `updates of a slice, ${size}`,
      '/s',
      of((sample) => sample.updatesPerSecond),
      goal('least', 5_000),
    ),
    alone(
      `updates, each with a question, ${size}`,
      '/s',
      of((sample) => sample.updatesWithQuestionPerSecond),
      null,
    ),
  ];
}
