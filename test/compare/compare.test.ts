import {randomBytes} from 'node:crypto';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {KNOWN_DIFFERENCES} from './differences.ts';
import {differenceOf, type LineDifference} from './runner/diff.ts';
import {makeGate} from './runner/gate.ts';
import {untilNoneTerminates} from './runner/idle.ts';
import {isKnown} from './runner/known.ts';
import {runScenario} from './runner/run-scenario.ts';
import {type RunningSandbox, startSandbox} from './runner/sandbox.ts';
import {type Pair, stepId} from './runner/types.ts';
import {SCENARIOS} from './scenarios/index.ts';

const KUBECONFIG = process.env['KIADA_TEST_CLUSTER'] || undefined;
const SKIPPED = 'skipped: KIADA_TEST_CLUSTER names no kubeconfig of a genuine cluster';
/** How many calls of kubectl run at once. */
const CALLS = 6;
const DEADLINE_MS = 600_000;

test('each difference has its heading in docs/differences.md, and each heading its difference', () => {
  const page = readFileSync(path.resolve(import.meta.dirname, '../../docs/differences.md'), 'utf8');
  const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
  expect([...new Set(KNOWN_DIFFERENCES.map(({heading}) => heading))].toSorted()).toEqual(headings.toSorted());
});

test('the steps have names of their own, and the differences name steps that exist', () => {
  const ids = SCENARIOS.flatMap((scenario) => scenario.steps.filter(({quiet}) => !quiet).map((step) => stepId(scenario, step)));
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  expect(KNOWN_DIFFERENCES.flatMap(({steps}) => steps).filter((id) => !ids.includes(id))).toEqual([]);
  expect(ids.length).toBeGreaterThan(150);
});

describe.skipIf(KUBECONFIG === undefined)(
  KUBECONFIG === undefined ? `kubectl against both (${SKIPPED})` : 'kubectl says the same against both',
  () => {
    let folder: string;
    let sandbox: RunningSandbox;
    const results = new Map<string, Promise<Pair[]>>();

    beforeAll(async () => {
      await untilNoneTerminates(KUBECONFIG ?? '');
      folder = mkdtempSync(path.join(os.tmpdir(), 'kiada-compare-'));
      sandbox = await startSandbox(folder);
      const setting = {folder, run: randomBytes(2).toString('hex').replaceAll(/\d/g, 'q'), gate: makeGate(CALLS)};
      const genuine = {name: 'genuine', kubeconfig: KUBECONFIG ?? ''} as const;
      for (const scenario of SCENARIOS) {
        const result = runScenario(scenario, [genuine, sandbox], setting);
        result.catch(() => {}); // whoever waits for it is told
        results.set(scenario.name, result);
      }
    }, DEADLINE_MS);

    afterAll(async () => {
      await Promise.allSettled(results.values());
      await sandbox?.close();
      if (folder) rmSync(folder, {recursive: true, force: true});
    }, DEADLINE_MS);

    for (const scenario of SCENARIOS) {
      describe(scenario.name, () => {
        const pairs = new Map<string, Pair>();
        beforeAll(async () => {
          for (const pair of (await results.get(scenario.name)) ?? []) pairs.set(pair.id, pair);
        }, DEADLINE_MS);
        for (const step of scenario.steps.filter(({quiet}) => !quiet)) {
          const id = stepId(scenario, step);
          test(`kubectl ${id.slice(scenario.name.length + 2)}`, () => {
            const pair = pairs.get(id);
            expect(pair).toBeDefined();
            check(id, differenceOf(pair?.genuine ?? '', pair?.sandbox ?? ''));
          });
        }
      });
    }
  },
);

/** A difference has to be a known one, and a known one has to be there. */
function check(id: string, difference: LineDifference | null): void {
  const known = KNOWN_DIFFERENCES.find(({steps}) => steps.includes(id));
  if (known === undefined) expect(difference).toBeNull();
  else if (difference === null) expect.fail(`"${known.heading}" is a known difference of this step, and is gone: take it from the list`);
  else if (!isKnown(difference, known)) expect(difference).toEqual({genuine: known.genuine, sandbox: known.sandbox});
}
