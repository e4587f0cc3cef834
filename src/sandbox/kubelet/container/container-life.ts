import {rmSync} from 'node:fs';
import {apiTime} from '../context.ts';
import {Grace, type PodEnvironment, recordPodEvent} from '../pod/pod-environment.ts';
import {type ContainerSpec, type ContainerStatus, isSidecar} from '../pod/pod-object.ts';
import {StartError} from '../process/find-program.ts';
import {BACK_OFF_MEMORY_MS, type BackOff, formatSeconds, nextBackOff} from './back-off.ts';
import {probeContainer} from './container-probes.ts';
import type {ContainerRun} from './container-run.ts';
import {createdDetails, lastStateOf, terminationMessage} from './container-status.ts';
import {createFailure} from './create-failure.ts';
import {type CreatedRun, createRun, logFile} from './create-run.ts';
import {imageId} from './find-image.ts';
import {type PulledImage, pullImage} from './pull-image.ts';
import {runHook} from './run-hook.ts';

/** How long an ended container shows its end before it is started again: a kubelet looks at its containers once a second. */
const RELIST_MS = 1000;
/** A container gets this long after SIGTERM even where preStop has used up the grace period. */
const LEAST_GRACE_MS = 2000;
const CONFIG_RETRY_MS = 10_000;
const START_ERROR = 128;

/** One container of a pod from its first start to its last end, as its status tells it. */
export class ContainerLife {
  readonly name: string;
  readonly isInit: boolean;
  #status: ContainerStatus;
  #run: ContainerRun | null = null;
  #killing: Promise<void> | null = null;
  #specChanged = false;
  #endedAt = 0;
  readonly #pod: PodEnvironment;
  readonly #restarts: boolean;

  constructor(name: string, isInit: boolean, status: ContainerStatus, pod: PodEnvironment) {
    this.name = name;
    this.isInit = isInit;
    this.#status = status;
    this.#pod = pod;
    this.#restarts = status.containerID !== undefined;
  }

  get status(): ContainerStatus {
    return this.#status;
  }

  /** The run that is on now, or the last one. */
  get run(): ContainerRun | null {
    return this.#run;
  }

  get spec(): ContainerSpec {
    const {initContainers, containers} = this.#pod.current().spec;
    const spec = (this.isInit ? (initContainers ?? []) : containers).find(({name}) => name === this.name);
    if (!spec) throw new Error(`the pod has lost its container ${this.name}`);
    return spec;
  }

  /** Runs and restarts the container until it has ended for good. True where it ended well. */
  async live(): Promise<boolean> {
    const {context, stop, ending} = this.#pod;
    const until = AbortSignal.any([stop, ending]);
    let backOff: BackOff | null = null;
    for (let first = true; !until.aborted; first = false) {
      const pulled = await pullImage(() => this.#imageName(), context, this.#report(), until);
      const created = pulled && (await this.#create(pulled, first && !this.#restarts, until));
      if (!created) break;
      const exitCode = await this.#execute(created);
      const again = this.#specChanged || this.#shouldRestart(exitCode);
      this.#specChanged = false;
      if (!again || until.aborted) return exitCode === 0;
      if (!(await context.clock.sleep(RELIST_MS, until))) break;
      backOff = await this.#waitBackOff(backOff, until);
    }
    return false;
  }

  /** Ends what runs, by preStop, SIGTERM and SIGKILL. Resolves when it has ended. */
  kill(message: string | null, grace: Grace): Promise<void> {
    const run = this.#run;
    if (!run?.running) return this.#killing ?? Promise.resolve();
    this.#killing ??= this.#killRun(run, message, grace).finally(() => {
      this.#killing = null;
    });
    return this.#killing;
  }

  /** The pod's object has changed: another image means another container. */
  specUpdated(before: ContainerSpec | undefined): void {
    if (!before || before.image === this.spec.image || !this.#run?.running || this.#pod.ending.aborted) return;
    this.#specChanged = true;
    void this.kill(`Container ${this.name} definition changed, will be restarted`, this.#newGrace(null));
  }

  #imageName() {
    const {image, imagePullPolicy} = this.spec;
    return {image, policy: imagePullPolicy ?? 'IfNotPresent'};
  }

  #report() {
    return {
      waiting: (reason: string, message?: string) => this.#wait(reason, message),
      event: (type: 'Normal' | 'Warning', reason: string, message: string) => this.#event(type, reason, message),
    };
  }

  /** Makes the run; waits where its configuration is not complete yet. Null when told to stop. */
  async #create(pulled: PulledImage, isFirst: boolean, until: AbortSignal): Promise<CreatedRun | null> {
    const restartCount = isFirst ? 0 : this.#status.restartCount + 1;
    while (!until.aborted) {
      try {
        const created = createRun(this.spec, pulled, restartCount, this.#pod);
        this.#become(pulled, created, restartCount);
        return created;
      } catch (error) {
        const reason = createFailure(error);
        if (!reason || !(error instanceof Error)) throw error;
        this.#wait(reason, error.message);
        this.#event('Warning', 'Failed', `Error: ${error.message}`);
        const done = new AbortController();
        const both = AbortSignal.any([until, done.signal]);
        const {clock, configurationChanged} = this.#pod.context;
        await Promise.race([clock.sleep(CONFIG_RETRY_MS, both), configurationChanged(both)]);
        done.abort();
      }
    }
    return null;
  }

  #become(pulled: PulledImage, {run}: CreatedRun, restartCount: number): void {
    const {dataDir} = this.#pod.context;
    const {uid} = this.#pod.current().metadata;
    if (restartCount > 1) rmSync(logFile(dataDir, uid, this.name, restartCount - 2), {force: true});
    this.#run = run;
    this.#status = {
      ...this.#status,
      lastState: lastStateOf(this.#status),
      state: {waiting: {reason: this.isInit ? 'PodInitializing' : 'ContainerCreating'}},
      restartCount,
      image: pulled.reference.text,
      imageID: imageId(pulled.reference),
      containerID: `containerd://${run.id}`,
      ...createdDetails(this.spec),
      ready: false,
      started: false,
    };
  }

  /** From start to end; the exit code. */
  async #execute({run, command}: CreatedRun): Promise<number> {
    this.#event('Normal', 'Created', 'Container created');
    const startedAt = this.#pod.context.clock.now();
    let exited: Promise<number>;
    try {
      exited = run.start(command);
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      return this.#failToStart(run, error);
    }
    const cut = () => run.signal('SIGKILL');
    this.#pod.stop.addEventListener('abort', cut, {once: true});
    if (this.#pod.stop.aborted) cut();
    const over = new AbortController();
    void this.#attend(run, startedAt, over.signal);
    const exitCode = await exited;
    this.#endedAt = this.#pod.context.clock.now();
    over.abort();
    this.#pod.stop.removeEventListener('abort', cut);
    run.spec.log.close();
    if (!this.#pod.stop.aborted) this.#ended(run, exitCode, startedAt);
    await this.#killing;
    return exitCode;
  }

  /** While it runs: postStart, then probes. Source of the order: kubernetes `pkg/kubelet/kuberuntime/kuberuntime_container.go`. */
  async #attend(run: ContainerRun, startedAt: number, over: AbortSignal): Promise<void> {
    const {spec} = this;
    this.#event('Normal', 'Started', 'Container started');
    const failure = spec.lifecycle?.postStart ? await runHook(spec.lifecycle.postStart, spec, run, this.#pod, over) : null;
    if (over.aborted) return;
    this.#set({state: {running: {startedAt: apiTime(startedAt)}}});
    if (failure !== null) {
      this.#event('Warning', 'FailedPostStartHook', `PostStartHook failed: ${failure}`);
      await this.kill('FailedPostStartHook', this.#newGrace(null));
      return;
    }
    await probeContainer(
      {
        spec,
        isInit: this.isInit,
        run,
        onStarted: () => this.#set({started: true}),
        onReady: (ready) => this.#set({ready}),
        onFailed: (role, probe) => {
          const seconds = probe.terminationGracePeriodSeconds ?? null;
          void this.kill(this.#probeFailed(role), this.#newGrace(seconds));
        },
      },
      this.#pod,
      over,
    );
  }

  /** A container that is not to run again ends its pod, where no other one runs on: then its own failure is no longer what is told. */
  #probeFailed(role: 'liveness' | 'startup'): string {
    if (this.#shouldRestart(1)) return `Container ${this.name} failed ${role} probe, will be restarted`;
    const others = this.#pod.current().spec.containers.length > 1;
    return others ? `Container ${this.name} failed ${role} probe` : `Stopping container ${this.name}`;
  }

  #failToStart(run: ContainerRun, error: StartError): number {
    const cause = 'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed';
    const message = `${cause}: unable to start container process: ${error.message}`;
    this.#event('Warning', 'Failed', `Error: ${message}`);
    run.spec.log.close();
    this.#endedAt = this.#pod.context.clock.now();
    const finishedAt = apiTime(this.#pod.context.clock.now());
    const containerID = this.#status.containerID ?? '';
    const terminated = {exitCode: START_ERROR, reason: 'StartError', message, startedAt: '1970-01-01T00:00:00Z', finishedAt, containerID};
    this.#set({state: {terminated}, ready: false, started: false});
    return START_ERROR;
  }

  #ended(run: ContainerRun, exitCode: number, startedAt: number): void {
    const message = terminationMessage(this.spec, run, exitCode);
    const terminated = {
      exitCode,
      reason: exitCode === 0 ? 'Completed' : 'Error',
      ...(message === '' ? {} : {message}),
      startedAt: apiTime(startedAt),
      finishedAt: apiTime(this.#pod.context.clock.now()),
      containerID: `containerd://${run.id}`,
    };
    const isDone = this.isInit && !isSidecar(this.spec) && exitCode === 0;
    this.#set({state: {terminated}, ready: isDone, started: false});
  }

  #shouldRestart(exitCode: number): boolean {
    const policy = this.#pod.current().spec.restartPolicy ?? 'Always';
    const {spec} = this;
    if (this.isInit) return isSidecar(spec) || (exitCode !== 0 && policy !== 'Never');
    if (spec.restartPolicy) return spec.restartPolicy === 'Always' || (spec.restartPolicy === 'OnFailure' && exitCode !== 0);
    return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
  }

  /** The first restart comes at once; each later one waits from the last end on, twice as long as the one before. */
  async #waitBackOff(backOff: BackOff | null, until: AbortSignal): Promise<BackOff> {
    const {clock} = this.#pod.context;
    const delayMs = backOff && clock.now() - backOff.updatedAt <= BACK_OFF_MEMORY_MS ? backOff.delayMs : 0;
    const due = this.#endedAt + delayMs;
    if (due > clock.now()) {
      const {name, namespace, uid} = this.#pod.current().metadata;
      const pod = `${name}_${namespace}(${uid})`;
      this.#event('Warning', 'BackOff', `Back-off restarting failed container ${this.name} in pod ${pod}`);
      this.#wait('CrashLoopBackOff', `back-off ${formatSeconds(delayMs)} restarting failed container=${this.name} pod=${pod}`);
      await clock.sleep(due - clock.now(), until);
    }
    return nextBackOff(backOff, clock.now());
  }

  async #killRun(run: ContainerRun, message: string | null, grace: Grace): Promise<void> {
    this.#event('Normal', 'Killing', message ?? `Stopping container ${this.name}`);
    const preStop = this.spec.lifecycle?.preStop;
    if (preStop && grace.leftMs > 0) {
      const failure = await runHook(preStop, this.spec, run, this.#pod, AbortSignal.any([grace.expired, this.#pod.stop]));
      if (failure !== null && !grace.expired.aborted) this.#event('Warning', 'FailedPreStopHook', `PreStopHook failed: ${failure}`);
      if (grace.expired.aborted && run.running) {
        run.signal('SIGTERM');
        await Promise.race([run.exited, this.#pod.context.clock.sleep(LEAST_GRACE_MS, this.#pod.stop)]);
      }
    }
    if (run.running && !grace.expired.aborted) {
      run.signal('SIGTERM');
      const {promise, resolve} = Promise.withResolvers<void>();
      for (const signal of [grace.expired, this.#pod.stop]) signal.addEventListener('abort', () => resolve(), {once: true});
      await Promise.race([run.exited, promise]);
    }
    if (run.running) run.signal('SIGKILL');
    await run.exited;
  }

  #newGrace(seconds: number | null): Grace {
    const whole = seconds ?? this.#pod.current().spec.terminationGracePeriodSeconds ?? 30;
    return new Grace(this.#pod.context, whole * 1000);
  }

  #wait(reason: string, message?: string): void {
    const state = {waiting: {reason, ...(message === undefined ? {} : {message})}};
    this.#set({state, lastState: lastStateOf(this.#status), ready: false, started: false});
  }

  #set(change: Partial<ContainerStatus>): void {
    this.#status = {...this.#status, ...change};
    this.#pod.changed();
  }

  #event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    if (!this.#pod.stop.aborted) recordPodEvent(this.#pod.context, this.#pod.current(), this, type, reason, message);
  }
}
