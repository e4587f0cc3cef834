import {statSync} from 'node:fs';
import {type Clock, systemClock} from '../../../probe/index.ts';
import {type Api, ApiError} from '../../api.ts';
import type {ExecExit, ExecOptions, LogOptions, PodContainer, PodRuntime} from '../../pod-runtime.ts';
import {execFailure} from '../container/capture-exec.ts';
import type {ContainerLife} from '../container/container-life.ts';
import type {ContainerRun} from '../container/container-run.ts';
import {logFile} from '../container/create-run.ts';
import {readLogFiles} from '../logs/container-log.ts';
import {readLog} from '../logs/read-log.ts';
import type {PodLife} from '../pod/pod-life.ts';
import {asPod, type ContainerStatus, type PodObject} from '../pod/pod-object.ts';
import {StartError} from '../process/find-program.ts';
import {openStreams} from './open-streams.ts';

interface RuntimeOptions {
  readonly dataDir: string;
  readonly clock?: Clock;
}

/** The subresources of running pods, over the kubelets' own records. */
export function podRuntime(api: Api, find: (namespace: string, name: string) => PodLife | null, options: RuntimeOptions): PodRuntime {
  const clock = options.clock ?? systemClock;
  return {
    logs: (target, logOptions, signal) => {
      const source = logSource(api, find, target, logOptions, options.dataDir);
      return readLog(source.past, source.live, logOptions, clock.now(), signal);
    },
    exec: async (target, execOptions, signal) => {
      const run = runningContainer(find, target, api);
      if (typeof run === 'string') return {kind: 'failed', message: run};
      return execIn(run, execOptions, signal);
    },
    attach: async (target, execOptions, signal) => {
      const run = runningContainer(find, target, api);
      return typeof run === 'string' ? {kind: 'failed', message: run} : attachTo(run, execOptions, signal);
    },
    refusal: (target) => {
      const run = runningContainer(find, target, api);
      return typeof run === 'string' ? run : null;
    },
    dialPod: async (pod, port) => {
      const network = find(pod.namespace, pod.name)?.sandbox?.network;
      if (!network) throw Object.assign(new Error(`pod ${pod.namespace}/${pod.name} has no network`), {code: 'ECONNREFUSED'});
      return network.connectLoopback(port);
    },
  };
}

function storedPod(api: Api, target: PodContainer): PodObject {
  const pod = api.get('pods', target.namespace, target.name);
  if (!pod) throw new ApiError(404, 'NotFound', `pods "${target.name}" not found`, {name: target.name, kind: 'pods'});
  return asPod(pod);
}

/** The container that is meant. Throws for a name that the pod doesn't have. */
function containerName(pod: PodObject, wanted: string | null): string {
  const {containers, initContainers} = pod.spec;
  const name = wanted ?? pod.metadata.annotations?.['kubectl.kubernetes.io/default-container'] ?? containers[0]?.name ?? '';
  if (![...containers, ...(initContainers ?? [])].some((each) => each.name === name)) {
    throw new ApiError(400, 'BadRequest', `container ${name} is not valid for pod ${pod.metadata.name}`);
  }
  return name;
}

function statusOf(pod: PodObject, name: string): ContainerStatus | undefined {
  const {containerStatuses, initContainerStatuses} = pod.status ?? {};
  return [...(containerStatuses ?? []), ...(initContainerStatuses ?? [])].find((status) => status.name === name);
}

function logSource(
  api: Api,
  find: (namespace: string, name: string) => PodLife | null,
  target: PodContainer,
  options: LogOptions,
  dataDir: string,
) {
  const pod = storedPod(api, target);
  const name = containerName(pod, target.container);
  const life = find(target.namespace, target.name)?.container(name);
  const status = life?.status ?? statusOf(pod, name);
  const count = status?.restartCount ?? 0;
  const file = (run: number) => logFile(dataDir, pod.metadata.uid, name, run);
  if (options.previous) {
    if (count === 0 || !statSync(file(count - 1), {throwIfNoEntry: false})) {
      throw new ApiError(400, 'BadRequest', `previous terminated container "${name}" in pod "${target.name}" not found`);
    }
    return {past: () => readLogFiles(file(count - 1)), live: null};
  }
  // who is on no node has no log to be asked for
  if (!pod.spec.nodeName) return {past: () => [], live: null};
  if (!status?.containerID) {
    const reason = status?.state.waiting?.reason ?? 'ContainerCreating';
    const how = /Err|BackOff|Invalid/.test(reason) ? `trying and failing to pull image` : reason;
    throw new ApiError(400, 'BadRequest', `container "${name}" in pod "${target.name}" is waiting to start: ${how}`);
  }
  const live = life?.run?.spec.log ?? null;
  return {past: () => live?.lines() ?? readLogFiles(file(count)), live};
}

/** The run, or why there is none. */
function runningContainer(
  find: (namespace: string, name: string) => PodLife | null,
  target: PodContainer,
  api: Api,
): ContainerRun | string {
  const name = containerName(storedPod(api, target), target.container);
  const life: ContainerLife | undefined = find(target.namespace, target.name)?.container(name);
  const run = life?.run;
  return run?.running ? run : `container not found ("${name}")`;
}

async function execIn(run: ContainerRun, options: ExecOptions, signal: AbortSignal): Promise<ExecExit> {
  const streams = openStreams(options);
  try {
    const process = run.exec(options.command, streams);
    streams.onInterrupt((name) => process.signal(name));
    const kill = () => process.signal('SIGKILL');
    if (signal.aborted) kill();
    signal.addEventListener('abort', kill, {once: true});
    const exitCode = await process.exited;
    signal.removeEventListener('abort', kill);
    return {kind: 'exited', exitCode};
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    return {kind: 'failed', message: `error executing command in container: ${execFailure(error)}`};
  } finally {
    streams.close();
  }
}

async function attachTo(run: ContainerRun, options: Omit<ExecOptions, 'command'>, signal: AbortSignal): Promise<ExecExit> {
  const write = (to: typeof options.stdout) => (bytes: Uint8Array) => {
    to?.write(bytes);
  };
  const leave = run.attach({stdout: write(options.stdout), stderr: write(options.tty ? options.stdout : options.stderr)}, options.stdin);
  if (options.resize) run.resize(options.resize);
  const {promise, resolve} = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), {once: true});
  await Promise.race([run.exited, promise]);
  leave();
  // how the container ended is for its status to say: attaching to it went well
  return {kind: 'exited', exitCode: 0};
}
