import type {DemoStep} from '../../model/index.ts';
import {kubeconfigPath} from '../kubeconfig-file.ts';
import {manifestsOf} from '../manifests-of.ts';
import {deleteSandbox, stopSandbox} from '../sandbox-down.ts';
import {sandboxFiles} from '../sandbox-files.ts';
import type {ClusterSource} from '../source.ts';
import {extremeForms} from '../suite-form.ts';
import type {DemoFlags} from './index.ts';

const GONE_MS = 60_000;

/** What there was before the demonstration: nothing, a sandbox that was down, or a cluster that ran. */
export type Before = 'none' | 'down' | 'up';

/**
 * Takes away what the demonstration made: the sandbox if it was not there before, else the objects of the suite that were not. A sandbox
 * that was down is down again.
 */
export async function cleanUp(
  {source, before}: {readonly source: ClusterSource; readonly before: Before},
  flags: DemoFlags,
  steps: readonly DemoStep[],
): Promise<void> {
  const files = sandboxFiles(flags.name, flags['data-dir']);
  if (before === 'none') {
    await deleteSandbox(files, kubeconfigPath());
    return;
  }
  const made = steps.flatMap((step) => (step.kind === 'applied' ? step.result.objects : [])).filter(({action}) => action === 'created');
  const {widest} = await extremeForms(source);
  const manifests = (await manifestsOf(['suite'], [], false, widest)).filter(({object}) =>
    made.some(({kind, name}) => kind === object.kind && name === object.metadata?.name),
  );
  const {deleteManifests} = await import('../../kube/index.ts');
  await deleteManifests(source.client, manifests, {namespace: source.namespace, wait: true, deadline: AbortSignal.timeout(GONE_MS)});
  if (before === 'down') await stopSandbox(files);
}
