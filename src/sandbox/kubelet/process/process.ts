import type {Program, ProgramContext, ProgramFiles, ProgramNetwork} from '../../../model/index.ts';
import {ownedNetwork} from './owned-network.ts';

export type SignalName = 'SIGTERM' | 'SIGINT' | 'SIGHUP' | 'SIGKILL' | 'SIGQUIT' | 'SIGUSR1' | 'SIGUSR2';

export const SIGNAL_NUMBERS: Readonly<Record<SignalName, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGTERM: 15,
};

/** What a process is started with. */
export interface ProcessSpec {
  readonly pid: number;
  readonly program: Program;
  readonly args: readonly string[];
  /** As a function, where they are many and seldom asked for: they are not kept then. */
  readonly env: Readonly<Record<string, string>> | (() => Readonly<Record<string, string>>);
  readonly hostname: string;
  readonly workingDir: string;
  readonly files: ProgramFiles;
  readonly network: ProgramNetwork;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: (bytes: Uint8Array) => void;
  readonly stderr: (bytes: Uint8Array) => void;
  /** The kernel shields PID 1 from signals that it has no handler for. */
  readonly ignoresUnhandledSignals: boolean;
  readonly tty: boolean;
  /** The terminal's size now; null where the client has told none. */
  readonly window?: () => WindowSize | null;
}

/** In characters. */
export interface WindowSize {
  readonly width: number;
  readonly height: number;
}

/** What the shell and the tools get beyond what every program gets. */
export interface ProcessContext extends ProgramContext {
  readonly pid: number;
  readonly tty: boolean;
  readonly window: () => WindowSize | null;
}

/** A running program. It has ended when `exited` resolves, whatever its code still does: its network and output are cut. */
export class Process {
  readonly pid: number;
  readonly args: readonly string[];
  readonly startedAt = Date.now();
  readonly exited: Promise<number>;
  readonly #spec: ProcessSpec;
  readonly #end: (code: number) => void;
  readonly #abort = new AbortController();
  readonly #handlers = new Map<string, () => void>();
  readonly #network: ReturnType<typeof ownedNetwork>;
  #running = true;

  constructor(spec: ProcessSpec) {
    this.pid = spec.pid;
    this.args = spec.args;
    this.#spec = spec;
    const {promise, resolve} = Promise.withResolvers<number>();
    this.exited = promise;
    this.#end = resolve;
    this.#network = ownedNetwork(spec.network);
    void this.#run();
  }

  get running(): boolean {
    return this.#running;
  }

  /** Delivers a signal as the kernel would: to the handler, or by its default action. */
  signal(name: SignalName): void {
    const handler = name === 'SIGKILL' ? undefined : this.#handlers.get(name);
    if (handler) handler();
    else if (name === 'SIGKILL' || !this.#spec.ignoresUnhandledSignals)
      this.#finish(128 + SIGNAL_NUMBERS[name], name === 'SIGKILL' ? 'reset' : 'close');
  }

  async #run(): Promise<void> {
    await Promise.resolve(); // a program that ends at once must not end before its starter knows of it
    try {
      this.#finish(await this.#spec.program(this.#context()));
    } catch (error) {
      if (!this.#running) return; // cut off: what it throws on its way out concerns nobody
      this.#write(this.#spec.stderr, `${error instanceof Error ? error.message : String(error)}\n`);
      this.#finish(1);
    }
  }

  #finish(code: number, connections: 'close' | 'reset' = 'close'): void {
    if (!this.#running) return;
    this.#running = false;
    // before the program hears of it: a kernel asks nobody
    this.#network.release(connections);
    this.#abort.abort();
    this.#end(code);
  }

  #context(): ProcessContext {
    const {args, env, hostname, workingDir, files, stdin, stdout, stderr, pid, tty, window = () => null} = this.#spec;
    return {
      args,
      get env() {
        return typeof env === 'function' ? env() : env;
      },
      hostname,
      workingDir,
      files,
      network: this.#network.network,
      stdin,
      stdout: (text) => this.#write(stdout, text),
      stderr: (text) => this.#write(stderr, text),
      onSignal: (name, handler) => {
        this.#handlers.set(name, handler);
      },
      signal: this.#abort.signal,
      sleep: (ms) => this.#sleep(ms),
      pid,
      tty,
      window,
    };
  }

  #write(to: (bytes: Uint8Array) => void, text: string | Uint8Array): void {
    if (this.#running) to(typeof text === 'string' ? new TextEncoder().encode(text) : text);
  }

  /** No timer of Node is longer than 24 days: what is, waits for the kill alone. */
  #sleep(ms: number): Promise<void> {
    const {promise, resolve, reject} = Promise.withResolvers<void>();
    const {signal} = this.#abort;
    if (signal.aborted) return Promise.reject(signal.reason);
    const timer = ms < 2 ** 31 ? setTimeout(() => finish(resolve), ms) : null;
    timer?.unref();
    const stop = () => finish(() => reject(signal.reason));
    const finish = (then: () => void) => {
      if (timer) clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      then();
    };
    signal.addEventListener('abort', stop, {once: true});
    return promise;
  }
}
