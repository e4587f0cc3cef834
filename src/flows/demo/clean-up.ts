import type {DemoStep} from '../../model/index.ts';
import {kubeconfigPath} from '../kubeconfig-file.ts';
import {manifestsOf} from '../manifests-of.ts';
import {deleteSandbox} from '../sandbox-down.ts';
import {sandboxFiles} from '../sandbox-files.ts';
import type {ClusterSource} from '../source.ts';
import {extremeForms} from '../suite-form.ts';
import type {DemoFlags} from './index.ts';

const GONE_MS = 60_000;

/** Takes away what the demonstration made: the sandbox if it was not there before, else the objects of the suite that were not. */
export async function cleanUp(
  {source, started}: {readonly source: ClusterSource; readonly started: boolean},
  flags: DemoFlags,
  steps: readonly DemoStep[],
): Promise<void> {
  if (started) {
    await deleteSandbox(sandboxFiles(flags.name, flags['data-dir']), kubeconfigPath());
    return;
  }
  const made = steps.flatMap((step) => (step.kind === 'applied' ? step.result.objects : [])).filter(({action}) => action === 'created');
  const {widest} = await extremeForms(source);
  const manifests = (await manifestsOf(['suite'], [], false, widest)).filter(({object}) =>
    made.some(({kind, name}) => kind === object.kind && name === object.metadata?.name),
  );
  const {deleteManifests} = await import('../../kube/index.ts');
  await deleteManifests(source.client, manifests, {namespace: source.namespace, wait: true, deadline: AbortSignal.timeout(GONE_MS)});
}
