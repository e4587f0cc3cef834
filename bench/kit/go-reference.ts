import path from 'node:path';
import type {Loaded, LoadJob} from './loaders.ts';
import {find, run} from './process.ts';
import {program} from './setting.ts';

/** Our own open-loop client in Go, compiled for the run; null where there is no Go. */
export async function goReference(folder: string): Promise<((job: LoadJob) => Promise<Loaded>) | null> {
  const go = find('go');
  if (go === null) return null;
  const binary = path.join(folder, 'open-loop');
  // HOME may be missing where a script runs the benchmarks; Go wants a cache all the same
  const env = {...process.env, GOCACHE: process.env['GOCACHE'] ?? path.join(folder, 'go-cache'), GO111MODULE: 'off', CGO_ENABLED: '0'};
  await run(go, ['build', '-o', binary, program('open-loop.go')], {env});
  return async ({port, connections, seconds = 1, rate = 1_000, warmupSeconds = 0}) => {
    const args = [
      '-url',
      `http://127.0.0.1:${port}/`,
      '-rate',
      String(rate),
      '-seconds',
      String(seconds),
      '-connections',
      String(connections),
      '-warmup',
      String(warmupSeconds),
    ];
    const {stdout} = await run(binary, args, {core: 1, env: {...process.env, GOMAXPROCS: '1'}});
    return {...(JSON.parse(stdout) as Omit<Loaded, 'bytes'>), bytes: null};
  };
}
