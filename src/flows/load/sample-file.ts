import {once} from 'node:events';
import {createWriteStream} from 'node:fs';
import {KiadaError} from '../../errors.ts';
import type {LoadSample} from '../../load/index.ts';
import type {Path} from '../../model/index.ts';

/** Every request of a load, a line each. */
export interface SampleFile {
  add(of: {readonly via: Path; readonly agent: string | null}, samples: readonly LoadSample[]): void;
  /** Resolves when all is written. */
  close(): Promise<void>;
}

const HEAD = 'via,agent,time,latencyMs,outcome,status,endpoint';
/** What waits for a disk that is slower than the load. */
const WAITING_LIMIT = 256 * 1024 * 1024;

/** Opens a file of comma-separated values. Throws USAGE for one that cannot be written. */
export async function openSampleFile(file: string): Promise<SampleFile> {
  const stream = createWriteStream(file, {highWaterMark: 1024 * 1024});
  const cannot = (cause: unknown) =>
    new KiadaError('USAGE', `cannot write samples to ${file}`, {hint: 'Name a file in a folder that is there, with room.', cause});
  try {
    await once(stream, 'open');
  } catch (cause) {
    throw cannot(cause);
  }
  let broken: unknown = null;
  stream.on('error', (error) => {
    broken ??= error;
  });
  stream.write(`${HEAD}\n`);
  return {
    add({via, agent}, samples) {
      if (broken !== null) return;
      if (stream.writableLength > WAITING_LIMIT) broken = new Error('the disk is slower than the load');
      else stream.write(samples.map((sample) => lineOf(via, agent, sample)).join(''));
    },
    async close() {
      await new Promise<void>((resolve) => stream.end(() => resolve()));
      if (broken !== null) throw cannot(broken);
    },
  };
}

function lineOf(via: Path, agent: string | null, {timeMs, latencyMs, kind, status, endpoint}: LoadSample): string {
  const time = new Date(timeMs).toISOString();
  return `${via},${agent ?? ''},${time},${latencyMs.toFixed(6)},${kind},${status ?? ''},${quoted(endpoint ?? '')}\n`;
}

/** A server may call itself anything. */
function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
