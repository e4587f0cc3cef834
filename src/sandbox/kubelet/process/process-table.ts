import {Process, type ProcessSpec, type SignalName} from './process.ts';

/** The processes of one container: its own numbering, with the main process as 1, whose end ends all others. */
export class ProcessTable {
  readonly #processes = new Map<number, Process>();
  #lastPid = 0;

  start(spec: Omit<ProcessSpec, 'pid'>): Process {
    this.#lastPid += 1;
    const process = new Process({...spec, pid: this.#lastPid});
    this.#processes.set(process.pid, process);
    void process.exited.then(() => {
      this.#processes.delete(process.pid);
      if (process.pid === 1) this.killAll();
    });
    return process;
  }

  list(): readonly Process[] {
    return [...this.#processes.values()];
  }

  /** False where there is no such process. */
  signal(pid: number, name: SignalName): boolean {
    const process = this.#processes.get(pid);
    process?.signal(name);
    return process !== undefined;
  }

  killAll(): void {
    for (const process of this.#processes.values()) process.signal('SIGKILL');
  }
}
