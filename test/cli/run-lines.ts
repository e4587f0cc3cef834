// Reads command lines (a JSON array of arrays) from stdin, runs the CLI's main with each, and prints what each wrote and its exit code.
import {text} from 'node:stream/consumers';
import {main} from '../../src/cli/main.ts';

const lines = JSON.parse(await text(process.stdin)) as string[][];
const print = process.stdout.write.bind(process.stdout);
for (const stream of [process.stdout, process.stderr]) stream.setMaxListeners(0); // main listens once a run
const runs: {stdout: string; stderr: string; exitCode: number}[] = [];
for (const line of lines) {
  const written = {stdout: '', stderr: ''};
  for (const stream of ['stdout', 'stderr'] as const) {
    process[stream].write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
      written[stream] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
      const done = rest.find((item) => typeof item === 'function') as (() => void) | undefined;
      done?.();
      return true;
    }) as typeof process.stdout.write;
  }
  process.exitCode = 0;
  await main(line);
  runs.push({...written, exitCode: Number(process.exitCode)});
}
process.exitCode = 0;
print(JSON.stringify(runs));
