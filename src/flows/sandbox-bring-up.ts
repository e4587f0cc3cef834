import type {SandboxStatusResult} from '../model/index.ts';
import {addContext, kubeconfigPath} from './kubeconfig-file.ts';
import {sandboxFiles} from './sandbox-files.ts';
import {sandboxStatus} from './sandbox-status.ts';
import {startSandboxDaemon} from './sandbox-up.ts';

export interface BringUpFlags {
  readonly name: string;
  readonly 'data-dir'?: string | undefined;
  readonly nodes: number;
  readonly zones: number;
  readonly 'ip-family': string;
  readonly port: number;
}

/** Starts a sandbox (or finds it running), puts its context into the kubeconfig and tells about it. */
export async function bringUp(flags: BringUpFlags): Promise<{status: SandboxStatusResult; started: boolean; tookMs: number}> {
  const files = sandboxFiles(flags.name, flags['data-dir']);
  const from = performance.now();
  const {state, started} = await startSandboxDaemon(files, {
    nodes: flags.nodes,
    zones: flags.zones,
    ipFamily: flags['ip-family'] as 'ipv4' | 'ipv6' | 'dual',
    port: flags.port,
  });
  const tookMs = performance.now() - from;
  addContext(kubeconfigPath(), files.name, state);
  return {status: await sandboxStatus(files), started, tookMs};
}
