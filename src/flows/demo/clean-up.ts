import {deleteFlow} from '../apply-objects.ts';
import {kubeconfigPath} from '../kubeconfig-file.ts';
import {deleteSandbox} from '../sandbox-down.ts';
import {sandboxFiles} from '../sandbox-files.ts';
import type {ClusterSource} from '../source.ts';
import type {DemoFlags} from './index.ts';

/** Takes away what the demonstration made: the suite, and the sandbox if it was not there before. */
export async function cleanUp(source: ClusterSource, flags: DemoFlags, started: boolean): Promise<void> {
  if (started) await deleteSandbox(sandboxFiles(flags.name, flags['data-dir']), kubeconfigPath());
  else await deleteFlow(source, ['suite'], {recursive: false, wait: true, timeout: 60_000});
}
