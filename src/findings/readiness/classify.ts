import {whyNotReady} from '../../endpoints/index.ts';
import type {Pod, Service} from '../../model/index.ts';
import {list, number, record} from '../../view/index.ts';
import type {Facts} from '../facts.ts';
import {lazilyOf, noted} from '../lazily.ts';

/** What keeps a selected pod from being a ready endpoint: one rule each. */
export type Cause =
  | 'unready'
  | 'crash'
  | 'readiness-probe'
  | 'image'
  | 'unschedulable'
  | 'cannot-start'
  | 'gate'
  | 'startup-probe'
  | 'node-not-ready'
  | 'init'
  | 'starting'
  | 'stale-condition';

export interface UnreadyPod {
  readonly pod: Pod;
  readonly cause: Cause;
  readonly reason: string;
  readonly detail: string;
  readonly since: string | null;
}

/** The pods that may become endpoints: not finished, not being deleted. */
export function candidates(facts: Facts, service: Service): readonly Pod[] {
  return facts.selected(service).filter((pod) => pod.phase !== 'Succeeded' && pod.phase !== 'Failed' && pod.deletedAt === null);
}

/** The candidates that are not ready, each with its cause. */
export function unreadyPods(facts: Facts, service: Service): readonly UnreadyPod[] {
  return unready(facts)(service);
}

/** Asked by a rule for each cause, found once. */
const unready = lazilyOf((facts: Facts) =>
  noted((service: Service) =>
    candidates(facts, service).flatMap((pod): readonly UnreadyPod[] => {
      const why = whyNotReady(facts.view, pod);
      return why === null ? [] : [{pod, ...why, cause: causeOf(pod, why.reason)}];
    }),
  ),
);

const IMAGE = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
]);
const CANNOT_START = new Set([
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'ContainerCannotRun',
  'StartError',
  'PreCreateHookError',
  'PostStartHookError',
]);
const CRASHED = new Set([
  'CrashLoopBackOff',
  'Error',
  'OOMKilled',
  'Completed',
  'Terminated',
  'DeadlineExceeded',
  'ContainerStatusUnknown',
]);
const SCHEDULING = new Set(['Unschedulable', 'SchedulerError', 'SchedulingGated']);
const STARTING = new Set(['ContainerCreating', 'PodInitializing', 'Waiting']);

function causeOf(pod: Pod, reason: string): Cause {
  if (reason === 'NodeNotReady') return 'node-not-ready';
  if (SCHEDULING.has(reason)) return 'unschedulable';
  if (IMAGE.has(reason)) return 'image';
  if (reason !== 'PodInitializing' && hasBlockingInit(pod)) return 'init';
  if (CANNOT_START.has(reason)) return 'cannot-start';
  if (CRASHED.has(reason)) return 'crash';
  if (reason === 'ReadinessProbeFailed') return 'readiness-probe';
  if (reason === 'StartupProbeFailed') return 'startup-probe';
  if (reason === 'ReadinessGatesNotReady') return 'gate';
  if (STARTING.has(reason) || pod.ips.length === 0) return 'starting';
  return isStale(pod) ? 'stale-condition' : 'unready';
}

/** An init container that has been tried and is not done. */
function hasBlockingInit(pod: Pod): boolean {
  const sidecars = new Set(pod.containers.filter((container) => container.sidecar).map((container) => container.name));
  return list(record(pod.object['status'])['initContainerStatuses']).some((status) => {
    const state = record(status['state']);
    const done = number(record(state['terminated'])['exitCode']) === 0;
    return !done && !(sidecars.has(String(status['name'])) && status['started'] === true);
  });
}

function isStale(pod: Pod): boolean {
  const conditions = list(record(pod.object['status'])['conditions']);
  return conditions.some((condition) => condition['type'] === 'ContainersReady' && condition['status'] === 'True');
}
