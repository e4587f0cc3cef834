import {appendFileSync, mkdirSync, readFileSync, renameSync, statSync} from 'node:fs';
import path from 'node:path';
import {formatLogLine, formatLogTime, type LogLine, parseLog} from './log-line.ts';

/** A file that grows beyond this becomes the old one; with it, a container's log keeps at most twice as much. */
const ROTATE_BYTES = 10 * 1024 * 1024;
/** A line longer than this is written in parts, as container runtimes do. */
const PART_BYTES = 16 * 1024;
/** How long a line may wait for others to be written with: what a sandbox that is killed loses of its logs. */
const GATHER_MS = 5;

/** The log of one run of a container: written as it comes, read back from the files, followed from memory. */
export class ContainerLog {
  readonly #file: string;
  readonly #now: () => number;
  readonly #open = {stdout: Buffer.alloc(0), stderr: Buffer.alloc(0)};
  readonly #followers = new Set<(line: LogLine | null) => void>();
  #pending: LogLine[] = [];
  #size: number;
  #closed = false;

  constructor(file: string, now: () => number) {
    this.#file = file;
    this.#now = now;
    mkdirSync(path.dirname(file), {recursive: true, mode: 0o700});
    this.#size = statSync(file, {throwIfNoEntry: false})?.size ?? 0;
  }

  get closed(): boolean {
    return this.#closed;
  }

  write(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    if (this.#closed) return;
    let rest = Buffer.concat([this.#open[stream], bytes]);
    for (let end = rest.indexOf(10); end >= 0 || rest.length > PART_BYTES; end = rest.indexOf(10)) {
      const full = end >= 0 && end <= PART_BYTES;
      this.#add({time: formatLogTime(this.#now()), stream, full, content: rest.subarray(0, full ? end : PART_BYTES)});
      rest = rest.subarray(full ? end + 1 : PART_BYTES);
    }
    this.#open[stream] = Buffer.from(rest);
  }

  /** The container has ended: what waits for its line end is written, followers are told. */
  close(): void {
    if (this.#closed) return;
    for (const stream of ['stdout', 'stderr'] as const) {
      const content = this.#open[stream];
      if (content.length > 0) this.#add({time: formatLogTime(this.#now()), stream, full: false, content});
    }
    this.flush();
    this.#closed = true;
    for (const follower of this.#followers) follower(null);
  }

  /** Everything kept, oldest first. */
  lines(): LogLine[] {
    this.flush();
    return readLogFiles(this.#file);
  }

  /** Calls back with each line from now on, and with null at the end. */
  follow(follower: (line: LogLine | null) => void): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  flush(): void {
    if (this.#pending.length === 0) return;
    const text = Buffer.concat(this.#pending.map(formatLogLine));
    this.#pending = [];
    if (this.#size > ROTATE_BYTES) {
      renameSync(this.#file, `${this.#file}.old`);
      this.#size = 0;
    }
    appendFileSync(this.#file, text, {mode: 0o600});
    this.#size += text.length;
  }

  /** Lines of a moment go into the file together: a server under load writes thousands a second. */
  #add(line: LogLine): void {
    if (this.#pending.length === 0) setTimeout(() => this.#flushQuietly(), GATHER_MS);
    this.#pending.push({...line, content: Buffer.from(line.content)});
    for (const follower of this.#followers) follower(line);
  }

  #flushQuietly(): void {
    try {
      this.flush();
    } catch {
      // the folder is gone with its pod, or the disk is full: a container's output must not end the sandbox
    }
  }
}

/** What the files of a log hold, also of a run that another process of the sandbox wrote. */
export function readLogFiles(file: string): LogLine[] {
  return [`${file}.old`, file].flatMap((each) => (statSync(each, {throwIfNoEntry: false}) ? [...parseLog(readFileSync(each))] : []));
}
