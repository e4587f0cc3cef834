import {execFileSync} from 'node:child_process';
import {vi} from 'vitest';
import {KUBECTL} from './kubectl.ts';

const DEADLINE_MS = 300_000;

/**
 * Waits until the cluster has no namespace left that is going: other tests may have left hundreds, and its controllers take them one after the
 * other, the comparison's own behind them.
 */
export async function untilNoneTerminates(kubeconfig: string): Promise<void> {
  const args = ['--kubeconfig', kubeconfig, 'get', 'namespaces', '--field-selector', 'status.phase=Terminating', '-o', 'name'];
  await vi.waitUntil(() => execFileSync(KUBECTL, args, {encoding: 'utf8'}) === '', {timeout: DEADLINE_MS, interval: 1000});
}
