import {closeSync, existsSync, fstatSync, openSync, readSync} from 'node:fs';
import {setTimeout as delay} from 'node:timers/promises';
import {KiadaError} from '../errors.ts';
import type {SandboxFiles} from './sandbox-files.ts';

const POLL_MS = 200;

/** The lines of the daemon's log, of one component or (null) all; with `follow` also those that come. A line reads `TIME COMPONENT text`. */
export async function* readLog(files: SandboxFiles, component: string | null, follow: boolean): AsyncGenerator<string> {
  if (!existsSync(files.log))
    throw new KiadaError('NOT_FOUND', `the sandbox "${files.name}" has no log: it was never started`, {
      hint: 'Start it with: kiada sandbox up',
    });
  const file = openSync(files.log, 'r');
  const buffer = Buffer.alloc(65_536);
  let rest = '';
  try {
    for (let position = 0; ; ) {
      const size = readSync(file, buffer, 0, buffer.length, position);
      position += size;
      const lines = (rest + buffer.toString('utf8', 0, size)).split('\n');
      rest = lines.pop() ?? '';
      yield* lines.filter((line) => component === null || line.split(' ')[1] === component);
      if (size > 0) continue;
      if (!follow) return;
      if (fstatSync(file).size < position) position = 0; // it was cut: start over
      await delay(POLL_MS);
    }
  } finally {
    closeSync(file);
  }
}
