import path from 'node:path';
import type {SandboxStatusResult} from '../../src/model/index.ts';
import {type RunOptions, run, timeOf} from './process.ts';
import {KIADA} from './setting.ts';

/** A sandbox for the benchmarks alone: its own state, kubeconfig and home. */
export interface BenchSandbox {
  readonly env: NodeJS.ProcessEnv;
  readonly kubeconfig: string;
  /** From nothing to ready, in milliseconds. */
  readonly upMs: number;
  status(): Promise<SandboxStatusResult>;
  kiada(...args: string[]): Promise<string>;
  remove(): Promise<void>;
}

export async function startSandbox(
  folder: string,
  name: string,
  {core, nodes}: Pick<RunOptions, 'core'> & {readonly nodes?: number} = {},
): Promise<BenchSandbox> {
  const kubeconfig = path.join(folder, `${name}.kubeconfig`);
  const env = {...process.env, KUBECONFIG: kubeconfig, HOME: folder, XDG_STATE_HOME: folder, XDG_DATA_HOME: folder, NO_COLOR: '1'};
  const place = ['--name', name, '--data-dir', path.join(folder, name)];
  const [node, entry] = KIADA;
  const kiada = async (...args: string[]): Promise<string> => (await run(node, [entry, ...args], {env})).stdout;
  const upMs = await timeOf(node, [entry, 'sandbox', 'up', ...place, ...(nodes === undefined ? [] : ['--nodes', String(nodes)])], {
    env,
    ...(core === undefined ? {} : {core}),
  });
  return {
    env,
    kubeconfig,
    upMs,
    kiada,
    status: async () => JSON.parse(await kiada('sandbox', 'status', ...place, '-o', 'json')) as SandboxStatusResult,
    remove: async () => {
      await kiada('sandbox', 'delete', ...place);
    },
  };
}
