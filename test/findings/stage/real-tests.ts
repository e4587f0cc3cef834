import {randomBytes} from 'node:crypto';
import {afterAll, beforeAll, expect, it} from 'vitest';
import type {KubeClient} from '../../../src/kube/index.ts';
import type {ServiceCheckResult} from '../../../src/model/index.ts';
import {kiada} from '../../cluster/genuine/cli.ts';
import {REAL_CASES} from './real-cases.ts';
import {endRealCases, expectedOf, type RealOutcome, runRealCases} from './real-run.ts';

const RUNNING_MS = 240_000;

/** A running cluster, and the kubeconfig that leads there. */
export interface OpenCluster {
  readonly client: KubeClient;
  readonly kubeconfig: string;
}

/** Pods that are truly not well, run by the cluster's own kubelets: what the command finds of them, and of the ones close by that are. */
export function testRealPods(open: () => Promise<OpenCluster>): void {
  let cluster: OpenCluster;
  let outcomes: ReadonlyMap<string, RealOutcome> = new Map();
  let said: ServiceCheckResult['findings'] = [];
  beforeAll(async () => {
    cluster = await open();
    outcomes = await runRealCases(cluster.client, `kiada-test-${randomBytes(3).toString('hex')}`);
    const {code, stdout, stderr} = await kiada(['svc', 'check', '-A', '-o', 'json'], {kubeconfig: cluster.kubeconfig});
    if (code !== 1) throw new Error(`svc check ended with ${code} where it must find errors: ${stderr}`);
    said = (JSON.parse(stdout) as ServiceCheckResult).findings;
  }, RUNNING_MS);
  afterAll(async () => {
    await endRealCases(cluster.client, outcomes);
    cluster.client.close();
  });

  for (const one of REAL_CASES) {
    for (const variant of ['broken', 'fine'] as const) {
      it(`${variant === 'broken' ? 'finds' : 'does not find'} ${one.code} of real pods`, () => {
        const outcome = outcomes.get(`${one.code} ${variant}`);
        expect(outcome?.found, outcome?.note).toEqual(expectedOf(one, variant));
        const codes = said.filter(({object}) => object.namespace === outcome?.namespace).map(({code}) => code);
        expect([...new Set(codes)].toSorted()).toEqual(expectedOf(one, variant));
      });
    }
  }
}
