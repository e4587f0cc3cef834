import type {LogOptions} from '../../pod-runtime.ts';
import type {ContainerLog} from './container-log.ts';
import type {LogLine} from './log-line.ts';

/** A follower that falls behind by this much loses its connection to the log rather than the sandbox its memory. */
const BACKLOG_LINES = 100_000;

/** The log's bytes as `kubectl logs` shows them, by its options; with `follow` until the container ends or the signal is aborted. */
export async function* readLog(
  past: () => readonly LogLine[],
  live: ContainerLog | null,
  options: LogOptions,
  now: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const backlog: (LogLine | null)[] = [];
  let wake: () => void = () => {};
  const stopFollowing =
    options.follow && live
      ? live.follow((line) => {
          backlog.push(line);
          wake();
        })
      : null;
  const stop = () => wake();
  signal.addEventListener('abort', stop, {once: true});
  try {
    let left = options.limitBytes ?? Number.POSITIVE_INFINITY;
    for await (const line of all(select(past(), options, now), backlog, stopFollowing !== null && !live?.closed)) {
      const bytes = format(line, options.timestamps).subarray(0, left);
      if (bytes.length > 0) yield bytes;
      left -= bytes.length;
      if (left <= 0) return;
    }
  } finally {
    stopFollowing?.();
    signal.removeEventListener('abort', stop);
  }

  async function* all(selected: readonly LogLine[], queue: (LogLine | null)[], goOn: boolean): AsyncGenerator<LogLine> {
    yield* selected;
    while (goOn && !signal.aborted && queue.length < BACKLOG_LINES) {
      const line = queue.shift();
      if (line === null) return;
      if (line) yield line;
      else {
        const {promise, resolve} = Promise.withResolvers<void>();
        wake = resolve;
        await promise;
      }
    }
  }
}

function select(lines: readonly LogLine[], options: LogOptions, now: number): readonly LogLine[] {
  const since = options.sinceTime
    ? Date.parse(options.sinceTime)
    : options.sinceSeconds === null
      ? null
      : now - options.sinceSeconds * 1000;
  const recent = since === null ? lines : lines.filter(({time}) => Date.parse(time) >= since);
  if (options.tailLines === null) return recent;
  return options.tailLines === 0 ? [] : recent.slice(-options.tailLines);
}

function format(line: LogLine, timestamps: boolean): Buffer {
  const parts = [timestamps ? Buffer.from(`${line.time} `) : null, line.content, line.full ? Buffer.from('\n') : null];
  return Buffer.concat(parts.filter((part) => part !== null));
}
