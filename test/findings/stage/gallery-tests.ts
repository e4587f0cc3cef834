import {randomBytes} from 'node:crypto';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {explainCode} from '../../../src/findings/index.ts';
import type {KubeClient} from '../../../src/kube/index.ts';
import {IMPOSSIBLE} from './exceptions.ts';
import {type Outcome, playedCodes, playGallery} from './gallery-run.ts';
import type {OpenCluster} from './real-tests.ts';
import {suiteErrors} from './suite-run.ts';

const PLAYING_MS = 900_000; // far more than it takes; a machine that is very busy is not what is tested

/** The gallery played in a running cluster: each code is found exactly where it must be, and not in the cluster close by. */
export function testGallery(open: () => Promise<OpenCluster>): void {
  let client: KubeClient;
  let outcomes: ReadonlyMap<string, Outcome> = new Map();
  let suite: ReadonlyMap<string, readonly string[]> = new Map();
  beforeAll(async () => {
    ({client} = await open());
    const prefix = `kiada-test-${randomBytes(3).toString('hex')}`;
    outcomes = await playGallery(client, prefix);
    suite = await suiteErrors(client, prefix);
  }, PLAYING_MS);
  afterAll(() => client.close());

  for (const code of playedCodes()) {
    for (const variant of ['broken', 'fine'] as const) {
      const title = `${code} ${variant}`;
      it(`${variant === 'broken' ? 'finds' : 'does not find'} ${code} (${explainCode(code)?.name})`, ({skip}) => {
        const outcome = outcomes.get(title);
        const reason = IMPOSSIBLE[title];
        if (reason !== undefined) {
          expect(outcome?.found, `${title} is listed as impossible: ${reason}`).not.toEqual(outcome?.expected);
          skip(reason);
        }
        expect(outcome?.found, outcome?.note).toEqual(outcome?.expected);
      });
    }
  }

  describe('the Kiada suite when all of it runs', () => {
    it('has no finding at all', () => {
      expect(suite.get('suite')).toEqual([]);
    });
    it('has no error with any setup', () => {
      expect(suite.size).toBeGreaterThan(15);
      expect(
        [...suite].flatMap(([name, found]) => found.filter((line) => line.startsWith('error')).map((line) => `${name}: ${line}`)),
      ).toEqual([]);
    });
  });
}
