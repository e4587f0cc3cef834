import type {ContainerSpec, ContainerState, ContainerStatus, TerminatedState, VolumeMount} from '../pod/pod-object.ts';
import type {ContainerRun} from './container-run.ts';

/** A container that has not run yet. */
export function waitingStatus(spec: ContainerSpec, reason: string): ContainerStatus {
  return {
    name: spec.name,
    state: {waiting: {reason}},
    lastState: {},
    ready: false,
    restartCount: 0,
    image: spec.image,
    imageID: '',
    started: false,
  };
}

/**
 * A container of a pod that was bound before the sandbox was started again, as after a node's reboot:
 * what ran then has ended unseen; what had ended stays as it was told.
 */
export function statusAfterReboot(spec: ContainerSpec, before: ContainerStatus, time: string): ContainerStatus {
  const {running} = before.state;
  if (!running) return {...before, ready: before.state.terminated ? before.ready : false, started: false};
  const terminated: TerminatedState = {
    exitCode: 255,
    reason: 'Unknown',
    startedAt: running.startedAt,
    finishedAt: time,
    containerID: before.containerID ?? '',
  };
  return {...before, name: spec.name, state: {terminated}, ready: false, started: false};
}

/** What a created container says of its resources, its user and its mounts. Source: kubernetes `pkg/kubelet/kubelet_pods.go`. */
export function createdDetails(spec: ContainerSpec): Pick<ContainerStatus, 'allocatedResources' | 'resources' | 'user' | 'volumeMounts'> {
  const {resources: {requests, limits} = {}, securityContext = {}, volumeMounts = []} = spec;
  const gid = securityContext.runAsGroup ?? 0;
  return {
    ...(requests === undefined ? {} : {allocatedResources: requests}),
    resources: {...(limits === undefined ? {} : {limits}), ...(requests === undefined ? {} : {requests})},
    user: {linux: {uid: securityContext.runAsUser ?? 0, gid, supplementalGroups: [gid]}},
    ...(volumeMounts.length === 0 ? {} : {volumeMounts: volumeMounts.map(mountStatus)}),
  };
}

function mountStatus({name, mountPath, readOnly}: VolumeMount): object {
  return {name, mountPath, ...(readOnly === true ? {readOnly, recursiveReadOnly: 'Disabled'} : {})};
}

/** The state that a new run leaves behind as the last one. */
export function lastStateOf(status: ContainerStatus): ContainerState {
  return status.state.terminated ? {terminated: status.state.terminated} : status.lastState;
}

const MESSAGE_LIMIT = 4096;
const LOG_MESSAGE_LIMIT = 2048;
const LOG_MESSAGE_LINES = 80;

/** What an ended container has to say: its termination message file, or its last lines where the pod asks for them. */
export function terminationMessage(spec: ContainerSpec, run: ContainerRun, exitCode: number): string {
  const path = spec.terminationMessagePath ?? '/dev/termination-log';
  const {files, log} = run.spec;
  const text = files.exists(path) && files.stat(path).type === 'file' ? files.readText(path).slice(0, MESSAGE_LIMIT) : '';
  if (text !== '' || exitCode === 0 || spec.terminationMessagePolicy !== 'FallbackToLogsOnError') return text;
  const lines = log.lines().slice(-LOG_MESSAGE_LINES);
  return lines
    .map(({content}) => `${content.toString('utf8')}\n`)
    .join('')
    .slice(-LOG_MESSAGE_LIMIT);
}
