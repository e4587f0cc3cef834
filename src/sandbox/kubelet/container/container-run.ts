import type {Readable} from 'node:stream';
import type {ProgramNetwork} from '../../../model/index.ts';
import type {Image} from '../../image.ts';
import type {ContainerFiles} from '../files/container-files.ts';
import type {ContainerLog} from '../logs/container-log.ts';
import {ByteQueue, emptyInput} from '../process/byte-queue.ts';
import {findProgram, type Programs} from '../process/find-program.ts';
import type {Process, WindowSize} from '../process/process.ts';
import {ProcessTable} from '../process/process-table.ts';
import {Terminal} from '../process/terminal.ts';
import {commonProgram} from '../shell/common-program.ts';

export interface RunSpec {
  readonly id: string;
  readonly image: Image;
  readonly files: ContainerFiles;
  readonly env: ReadonlyMap<string, string>;
  readonly hostname: string;
  readonly workingDir: string;
  readonly network: ProgramNetwork;
  readonly log: ContainerLog;
  /** Whether the main process has an input that somebody may attach to. */
  readonly stdin: boolean;
  /** Whether the input ends with the first who attached to it. */
  readonly stdinOnce: boolean;
  readonly tty: boolean;
}

export interface Streams {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: (bytes: Uint8Array) => void;
  readonly stderr: (bytes: Uint8Array) => void;
  readonly tty: boolean;
  readonly window?: () => WindowSize | null;
}

/** So many variables may be held twice. */
const FEW = 200;

/** One run of a container: its processes over its files. */
export class ContainerRun {
  readonly id: string;
  readonly spec: RunSpec;
  readonly startedAt = Date.now();
  readonly input: ByteQueue;
  readonly #processes = new ProcessTable();
  readonly #attached = new Set<Pick<Streams, 'stdout' | 'stderr'>>();
  readonly #programs: Programs;
  #main: Process | null = null;
  #terminal: Terminal | null = null;

  constructor(spec: RunSpec) {
    this.id = spec.id;
    this.spec = spec;
    this.input = spec.stdin ? new ByteQueue() : emptyInput();
    const host = {files: spec.files, processes: this.#processes, image: spec.image};
    this.#programs = {image: spec.image, common: (name) => commonProgram(name, host)};
  }

  get running(): boolean {
    return this.#main?.running ?? false;
  }

  /** Starts the main process; its exit is the container's. Throws StartError. */
  start(command: readonly string[]): Promise<number> {
    const output = (stream: 'stdout' | 'stderr') => (bytes: Uint8Array) => {
      this.spec.log.write(stream, bytes);
      for (const attached of this.#attached) attached[stream](bytes);
    };
    let streams: Streams = {stdin: this.input, stdout: output('stdout'), stderr: output('stderr'), tty: this.spec.tty};
    if (this.spec.tty) {
      this.#terminal = new Terminal(streams.stdout, (name) => this.#main?.signal(name));
      streams = {...this.#terminal.streams(), tty: true};
      void this.#feedTerminal(this.#terminal);
    }
    this.#main = this.#spawn(command, streams, true);
    return this.#main.exited;
  }

  /** Starts another process in the container. Throws StartError. */
  exec(command: readonly string[], streams: Streams): Process {
    return this.#spawn(command, streams, false);
  }

  signal(name: 'SIGTERM' | 'SIGKILL'): void {
    if (name === 'SIGKILL') this.#processes.killAll();
    else this.#main?.signal(name);
  }

  /** Joins the main process: what it writes from now on goes here too. Returns how to leave. */
  attach(streams: Pick<Streams, 'stdout' | 'stderr'>, stdin: Readable | null): () => void {
    this.#attached.add(streams);
    const feed = (bytes: Uint8Array) => this.input.push(bytes);
    const end = () => this.input.end();
    if (this.spec.stdin) stdin?.on('data', feed);
    if (this.spec.stdin && this.spec.stdinOnce) stdin?.once('end', end).once('close', end);
    return () => {
      this.#attached.delete(streams);
      stdin?.off('data', feed);
    };
  }

  /** The size of the window that looks at the main process, as its client tells it. */
  resize(sizes: AsyncIterable<WindowSize>): void {
    void this.#terminal?.follow(sizes);
  }

  get exited(): Promise<number> {
    return this.#main?.exited ?? Promise.resolve(0);
  }

  async #feedTerminal(terminal: Terminal): Promise<void> {
    for await (const bytes of this.input) terminal.type(bytes);
    terminal.end();
  }

  #spawn(command: readonly string[], streams: Streams, isMain: boolean): Process {
    const {files, env, hostname, workingDir, network} = this.spec;
    const name = command[0] ?? '';
    const program = findProgram(name, this.#programs, (path) => files.exists(path) && files.stat(path).type === 'file');
    return this.#processes.start({
      program,
      args: command,
      env: env.size > FEW ? () => Object.fromEntries(env) : Object.fromEntries(env),
      hostname,
      workingDir,
      files,
      network,
      ...streams,
      // an image's program without a handler ends, as the images' real ones do; a shell as PID 1 does not
      ignoresUnhandledSignals: isMain && !Object.hasOwn(this.spec.image.programs, name.slice(name.lastIndexOf('/') + 1)),
    });
  }
}
