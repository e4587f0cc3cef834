import {rmSync} from 'node:fs';
import path from 'node:path';
import {ContainerLife} from '../container/container-life.ts';
import {statusAfterReboot, waitingStatus} from '../container/container-status.ts';
import {apiTime, type KubeletContext} from '../context.ts';
import {PodVolumes} from '../volumes/pod-volumes.ts';
import {openSandbox, type PodSandbox} from './open-sandbox.ts';
import {finalPhase, type PodStatuses, podPhase} from './phase.ts';
import {Grace, type PodEnvironment, recordPodEvent} from './pod-environment.ts';
import {type ContainerSpec, type ContainerStatus, isSidecar, type PodObject} from './pod-object.ts';
import {publishStatus} from './publish-status.ts';

/** One pod on its node, from binding to removal. */
export class PodLife {
  readonly uid: string;
  readonly #context: KubeletContext;
  readonly #volumes: PodVolumes;
  readonly #stop = new AbortController();
  readonly #ending = new AbortController();
  readonly #containers: ContainerLife[] = [];
  #pod: PodObject;
  #sandbox: PodSandbox | null = null;
  #environment: PodEnvironment | null = null;
  #grace: Grace | null = null;
  #deadlineExceeded = false;
  #publishing = false;
  #final = false;
  /** Its containers had all ended before the sandbox was started again: nothing about it changes any more. */
  readonly #endedBefore: boolean;
  readonly #done: Promise<void>;

  constructor(pod: PodObject, context: KubeletContext) {
    this.#pod = pod;
    this.uid = pod.metadata.uid;
    this.#context = context;
    this.#endedBefore = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
    this.#volumes = new PodVolumes(path.join(context.dataDir, 'volumes'), context.nodeName);
    this.#done = this.#run().catch((error: unknown) => {
      context.log(`pod ${pod.metadata.namespace}/${pod.metadata.name}: ${error instanceof Error ? error.stack : String(error)}`);
    });
  }

  get pod(): PodObject {
    return this.#pod;
  }

  get sandbox(): PodSandbox | null {
    return this.#sandbox;
  }

  container(name: string): ContainerLife | undefined {
    return this.#containers.find((each) => each.name === name);
  }

  /** The stored pod has changed. */
  updated(pod: PodObject): void {
    const before = this.#pod;
    this.#pod = pod;
    if (pod.metadata.deletionTimestamp) this.#end((pod.metadata.deletionGracePeriodSeconds ?? 30) * 1000);
    this.refreshVolumes();
    if (before.spec !== pod.spec) for (const each of this.#containers) each.specUpdated(specOf(before, each));
    // somebody else's condition may be a readiness gate
    if (pod.spec.readinessGates?.length) this.#publish();
  }

  /** An object that volumes may show has changed. */
  refreshVolumes(): void {
    if (this.#environment) this.#volumes.refresh(this.#payloadInput(), new Date(this.#context.clock.now()));
  }

  /** Replaces tokens in its volumes before they expire. */
  renewTokens(): void {
    if (this.#volumes.hasDueTokens(new Date(this.#context.clock.now()))) this.refreshVolumes();
  }

  /** The pod's object is gone: so is everything of it. */
  async removed(): Promise<void> {
    this.#final = true;
    this.#stop.abort();
    await this.#done;
    this.#cleanUp();
  }

  /** The node goes down: the pod stops where it is, and nothing is told to anybody. */
  async halt(): Promise<void> {
    this.#final = true;
    this.#stop.abort();
    await this.#done;
    this.#sandbox?.close();
  }

  async #run(): Promise<void> {
    if (!this.#endedBefore) await this.#runContainers();
    if (this.#pod.metadata.deletionTimestamp && !this.#stop.signal.aborted) this.#finish();
    else if (!this.#stop.signal.aborted) await this.#waitForDeletion();
  }

  async #waitForDeletion(): Promise<void> {
    this.#sandbox?.close();
    this.#publish();
    const {promise, resolve} = Promise.withResolvers<void>();
    for (const signal of [this.#ending.signal, this.#stop.signal]) {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), {once: true});
    }
    await promise;
    if (!this.#stop.signal.aborted && this.#pod.metadata.deletionTimestamp) this.#finish();
  }

  async #runContainers(): Promise<void> {
    const until = AbortSignal.any([this.#stop.signal, this.#ending.signal]);
    if (this.#pod.metadata.deletionTimestamp) this.#end((this.#pod.metadata.deletionGracePeriodSeconds ?? 30) * 1000);
    this.#publish();
    this.#sandbox = await openSandbox(() => this.#pod, this.#volumes, this.#context, until);
    if (!this.#sandbox || until.aborted) return;
    const environment = this.#newEnvironment(this.#sandbox);
    this.#environment = environment;
    this.#addContainers(environment);
    this.#publish();
    this.#watchDeadline(until);
    const sidecars = await this.#initialise(until);
    if (sidecars) {
      const regular = this.#containers.filter(({isInit}) => !isInit);
      await Promise.all(regular.map((each) => this.#liveUnlessDone(each)));
    }
    if (this.#stop.signal.aborted) return;
    // sidecars end after the others, the last one first
    const grace = this.#grace ?? new Grace(this.#context, (this.#pod.spec.terminationGracePeriodSeconds ?? 30) * 1000);
    this.#ending.abort();
    for (const sidecar of (sidecars ?? this.#containers.filter((each) => each.isInit)).toReversed()) await sidecar.kill(null, grace);
    grace.release();
  }

  /** Init containers in turn; sidecars are left running. Null where it did not come to an end. */
  async #initialise(until: AbortSignal): Promise<ContainerLife[] | null> {
    const sidecars: ContainerLife[] = [];
    for (const each of this.#containers.filter(({isInit}) => isInit)) {
      if (until.aborted) return null;
      if (isSidecar(each.spec)) {
        sidecars.push(each);
        void each.live();
        await this.#until(() => each.status.started, until);
      } else if (!(await each.live())) return null;
    }
    return until.aborted ? null : sidecars;
  }

  /** A container that had ended for good before the sandbox was started again is not run a second time. */
  async #liveUnlessDone(each: ContainerLife): Promise<void> {
    const end = each.status.state.terminated;
    const policy = this.#pod.spec.restartPolicy ?? 'Always';
    const isDone = end && (policy === 'Never' || (policy === 'OnFailure' && end.exitCode === 0));
    if (!isDone) await each.live();
  }

  #addContainers(environment: PodEnvironment): void {
    const {initContainers, containers} = this.#pod.spec;
    const {initContainerStatuses, containerStatuses} = this.#pod.status ?? {};
    const add = (spec: ContainerSpec, isInit: boolean, before: readonly ContainerStatus[] | undefined) =>
      this.#containers.push(new ContainerLife(spec.name, isInit, this.#firstStatus(spec, before), environment));
    for (const spec of initContainers ?? []) add(spec, true, initContainerStatuses);
    for (const spec of containers) add(spec, false, containerStatuses);
  }

  #firstStatus(spec: ContainerSpec, before: readonly ContainerStatus[] | undefined): ContainerStatus {
    const status = before?.find(({name}) => name === spec.name);
    if (status?.containerID) return statusAfterReboot(spec, status, apiTime(this.#context.clock.now()));
    return waitingStatus(spec, this.#pod.spec.initContainers?.length ? 'PodInitializing' : 'ContainerCreating');
  }

  #newEnvironment(sandbox: PodSandbox): PodEnvironment {
    return {
      ...sandbox,
      context: this.#context,
      current: () => this.#pod,
      volumes: this.#volumes,
      changed: () => this.#publish(),
      stop: this.#stop.signal,
      ending: this.#ending.signal,
    };
  }

  #payloadInput() {
    const {api, issueToken, allocatable, nodeIPs} = this.#context;
    const place = this.#sandbox?.place ?? {podIPs: [], hostIPs: nodeIPs, allocatable};
    return {api, pod: this.#pod, place, issueToken};
  }

  /** Begins the end: nothing is restarted; what runs is told to stop, sidecars last. */
  #end(graceMs: number): void {
    if (this.#grace) {
      this.#grace.shorten(graceMs);
      return;
    }
    this.#grace = new Grace(this.#context, graceMs);
    const sidecarsWait = this.#containers.some(({isInit}) => !isInit);
    this.#ending.abort();
    for (const each of this.#containers) {
      if (!each.isInit || !sidecarsWait || !isSidecar(each.spec)) void each.kill(null, this.#grace);
    }
  }

  /** `activeDeadlineSeconds`: a pod that runs longer has failed. */
  #watchDeadline(until: AbortSignal): void {
    const seconds = this.#pod.spec.activeDeadlineSeconds;
    if (seconds === undefined) return;
    const startedAt = Date.parse(this.#pod.status?.startTime ?? '') || this.#context.clock.now();
    void this.#context.clock.sleep(startedAt + seconds * 1000 - this.#context.clock.now(), until).then((over) => {
      if (!over) return;
      this.#deadlineExceeded = true;
      recordPodEvent(
        this.#context,
        this.#pod,
        null,
        'Normal',
        'DeadlineExceeded',
        'Pod was active on the node longer than the specified deadline',
      );
      this.#end((this.#pod.spec.terminationGracePeriodSeconds ?? 30) * 1000);
    });
  }

  /** All has ended: the last status, then the object goes. */
  #finish(): void {
    this.#publishNow();
    this.#final = true;
    this.#cleanUp();
    const {namespace, name, uid} = this.#pod.metadata;
    this.#context.api.delete('pods', namespace, name, {graceSeconds: 0, uid});
  }

  #cleanUp(): void {
    this.#sandbox?.close();
    this.#volumes.tearDown(this.uid);
    rmSync(path.join(this.#context.dataDir, 'logs', this.uid), {recursive: true, force: true});
  }

  /** One write for all changes of one turn. */
  #publish(): void {
    if (this.#publishing || this.#final) return;
    this.#publishing = true;
    queueMicrotask(() => {
      this.#publishing = false;
      if (!this.#final) this.#publishNow();
    });
  }

  #publishNow(): void {
    if (this.#endedBefore) return;
    const statuses = this.#statuses();
    const isOver = this.#ending.signal.aborted && this.#containers.every(({status}) => !status.state.running);
    const phase = this.#deadlineExceeded
      ? 'Failed'
      : isOver && this.#containers.length > 0 && this.#grace
        ? finalPhase(statuses)
        : podPhase(this.#pod.spec, statuses);
    publishStatus(this.#context, this.#pod, {
      phase,
      statuses,
      podIPs: this.#sandbox?.place.podIPs ?? [],
      hasSandbox: this.#sandbox !== null && phase !== 'Succeeded' && phase !== 'Failed' && !isOver,
      deadlineExceeded: this.#deadlineExceeded,
    });
  }

  #statuses(): PodStatuses {
    if (this.#containers.length > 0) {
      return {
        init: this.#containers.filter(({isInit}) => isInit).map(({status}) => status),
        regular: this.#containers.filter(({isInit}) => !isInit).map(({status}) => status),
      };
    }
    const {initContainers, containers} = this.#pod.spec;
    const {initContainerStatuses, containerStatuses} = this.#pod.status ?? {};
    return {
      init: (initContainers ?? []).map((spec) => this.#firstStatus(spec, initContainerStatuses)),
      regular: containers.map((spec) => this.#firstStatus(spec, containerStatuses)),
    };
  }

  /** Waits for something that shows in a container's status. */
  async #until(condition: () => boolean, signal: AbortSignal): Promise<void> {
    while (!condition() && (await this.#context.clock.sleep(50, signal)));
  }
}

function specOf(pod: PodObject, container: ContainerLife): ContainerSpec | undefined {
  const specs = container.isInit ? (pod.spec.initContainers ?? []) : pod.spec.containers;
  return specs.find(({name}) => name === container.name);
}
