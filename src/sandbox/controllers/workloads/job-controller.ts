import {podIsReady} from '../../../endpoints/index.ts';
import type {KubernetesObject} from '../../../model/index.ts';
import type {Api} from '../../api.ts';
import {type Controller, type ControllerOptions, keyOf, own, runController, splitKey} from '../controller.ts';
import {createEventRecorder} from '../event-recorder.ts';
import {apiTime, controllerOf, hasCondition, isGoing, listOf, numberOf, recordOf, specOf, statusOf, textOf} from '../fields.ts';
import {tellSuspension} from './job-suspension.ts';
import {createPod, deletePod, isActive} from './owned-pods.ts';

const INDEX = 'batch.kubernetes.io/job-completion-index';
/** After a failure the next pod waits: ten seconds, doubled each time, six minutes at the most. */
const FIRST_BACK_OFF_MS = 10_000;
const LONGEST_BACK_OFF_MS = 360_000;

type End = {readonly type: 'Complete' | 'Failed'; readonly reason: string; readonly message: string};

/**
 * Runs Jobs to their end: parallelism, completions (counted or indexed), back-off limit, deadline, suspension, time to live. Pods carry no
 * tracking finalizer: a pod that is deleted after its end is no longer counted.
 */
export function startJobController(api: Api, options: ControllerOptions): Controller {
  const record = createEventRecorder(api, options.clock, 'job-controller');

  function sync(key: string): number | undefined {
    const {namespace, name} = splitKey(key);
    const found = api.get('jobs', namespace, name);
    if (found === null || isGoing(found)) return undefined;
    if (isFinishedJob(found)) return removeInTime(found);
    const now = options.clock.now();
    const job = tellSuspension(api, found, record, apiTime(now));
    const started = textOf(statusOf(job)['startTime']) ?? (specOf(job)['suspend'] === true ? null : apiTime(now));
    const pods = podsOf(job);
    const end = endOf(job, pods, started, now);
    if (end !== null) finish(job, pods, end);
    const wait = end === null ? fill(job, pods, now) : undefined;
    writeStatus(job, podsOf(job), started, end);
    return soonest(wait, end === null ? untilDeadline(job, started, now) : undefined);
  }

  function podsOf(job: KubernetesObject): readonly KubernetesObject[] {
    return api.list('pods', job.metadata?.namespace ?? '').filter((pod) => controllerOf(pod)?.uid === job.metadata?.uid);
  }

  /** Makes the pods that are to run now. Returns how long the next one has to wait after a failure. */
  function fill(job: KubernetesObject, pods: readonly KubernetesObject[], now: number): number | undefined {
    const active = pods.filter(isActive);
    if (specOf(job)['suspend'] === true) {
      for (const pod of active) deletePod(api, record, job, pod);
      return undefined;
    }
    const parallelism = numberOf(specOf(job)['parallelism']) ?? 1;
    const completions = numberOf(specOf(job)['completions']);
    const succeeded = succeededOf(job, pods);
    const wanted = completions === null ? (succeeded > 0 ? active.length : parallelism) : Math.min(parallelism, completions - succeeded);
    const missing = wanted - active.length;
    for (const pod of active.slice(0, Math.max(0, -missing))) deletePod(api, record, job, pod);
    const wait = backOff(pods, now);
    if (missing > 0 && wait > 0) return wait;
    for (let made = 0; made < missing; made++) make(job, podsOf(job));
    return undefined;
  }

  function make(job: KubernetesObject, pods: readonly KubernetesObject[]): void {
    if (specOf(job)['completionMode'] !== 'Indexed') {
      createPod(api, record, job);
      return;
    }
    const taken = new Set(pods.filter((pod) => isActive(pod) || hasSucceeded(pod)).map(indexOf));
    let index = 0;
    while (taken.has(String(index))) index++;
    const template = recordOf(specOf(job)['template']);
    const {annotations, labels} = recordOf(template['metadata']);
    const {namespace: _, name = ''} = job.metadata ?? {};
    const metadata = {
      generateName: `${name}-${index}-`,
      labels: {...recordOf(labels), [INDEX]: String(index)},
      annotations: {...recordOf(annotations), [INDEX]: String(index)},
    };
    const env = {name: 'JOB_COMPLETION_INDEX', value: String(index)};
    const containers = listOf(recordOf(template['spec'])['containers']).map((one) => ({...one, env: [...listOf(one['env']), env]}));
    createPod(api, record, job, {metadata, spec: {hostname: `${name}-${index}`, containers}});
  }

  function finish(job: KubernetesObject, pods: readonly KubernetesObject[], end: End): void {
    for (const pod of pods.filter(isActive)) deletePod(api, record, job, pod);
    if (end.type === 'Complete') record(job, 'Normal', 'Completed', 'Job completed');
    else record(job, 'Warning', end.reason, end.message);
  }

  function writeStatus(job: KubernetesObject, pods: readonly KubernetesObject[], startTime: string | null, end: End | null): void {
    const now = apiTime(options.clock.now());
    const active = pods.filter(isActive);
    const counts = {active: active.length, succeeded: succeededOf(job, pods), failed: pods.filter(hasFailed).length};
    const edit = (draft: {status?: {readonly conditions?: readonly object[]; readonly [field: string]: unknown}}): undefined => {
      const told = Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
      draft.status = {
        ...(draft.status?.conditions === undefined ? {} : {conditions: draft.status.conditions}),
        ...told,
        ready: active.filter(podIsReady).length,
        terminating: pods.filter((pod) => isGoing(pod)).length,
        uncountedTerminatedPods: {},
        ...(startTime === null ? {} : {startTime}),
        ...(end === null
          ? {}
          : {
              conditions: [...(draft.status?.conditions ?? []), ...conditionsFor(end, now)],
              ...(end.type === 'Complete' ? {completionTime: now} : {}),
            }),
      };
    };
    api.change('jobs', job.metadata?.namespace ?? '', job.metadata?.name ?? '', edit, {subresource: 'status'});
  }

  function removeInTime(job: KubernetesObject): number | undefined {
    const ttl = numberOf(specOf(job)['ttlSecondsAfterFinished']);
    if (ttl === null) return undefined;
    const ends = listOf(statusOf(job)['conditions']).map((condition) => Date.parse(textOf(condition['lastTransitionTime']) ?? ''));
    const left = Math.max(...ends) + ttl * 1000 - options.clock.now();
    if (left > 0) return left;
    api.delete('jobs', job.metadata?.namespace ?? '', job.metadata?.name ?? '', {propagation: 'Foreground'});
    return undefined;
  }

  return runController(api, options, {
    name: 'job-controller',
    watches: {
      jobs: own,
      pods: ({object}) => {
        const owner = controllerOf(object, 'Job');
        return owner === null ? [] : [`${object.metadata?.namespace ?? ''}/${owner.name}`];
      },
    },
    initial: () => api.list('jobs').map(keyOf),
    sync,
  });
}

function isFinishedJob(job: KubernetesObject): boolean {
  return hasCondition(job, 'Complete') || hasCondition(job, 'Failed');
}

function endOf(job: KubernetesObject, pods: readonly KubernetesObject[], started: string | null, now: number): End | null {
  const limit = numberOf(specOf(job)['backoffLimit']) ?? 6;
  const completions = numberOf(specOf(job)['completions']);
  const done = succeededOf(job, pods);
  if (pods.filter(hasFailed).length > limit) {
    return {type: 'Failed', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit'};
  }
  const left = untilDeadline(job, started, now);
  if (left !== undefined && left <= 0) {
    return {type: 'Failed', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline'};
  }
  const complete = completions === null ? done > 0 && !pods.some(isActive) : done >= completions;
  return complete ? {type: 'Complete', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods'} : null;
}

function conditionsFor(end: End, now: string): readonly object[] {
  const {reason, message} = end;
  const first = end.type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget';
  return [first, end.type].map((type) => ({type, status: 'True', reason, message, lastProbeTime: now, lastTransitionTime: now}));
}

/** Of an indexed Job each index counts once. */
function succeededOf(job: KubernetesObject, pods: readonly KubernetesObject[]): number {
  const done = pods.filter(hasSucceeded);
  return specOf(job)['completionMode'] === 'Indexed' ? new Set(done.map(indexOf)).size : done.length;
}

function indexOf(pod: KubernetesObject): string {
  return pod.metadata?.annotations?.[INDEX] ?? '';
}

function hasSucceeded(pod: KubernetesObject): boolean {
  return statusOf(pod)['phase'] === 'Succeeded';
}

function hasFailed(pod: KubernetesObject): boolean {
  return statusOf(pod)['phase'] === 'Failed';
}

/** Milliseconds until a pod may follow those that failed since the last success. */
function backOff(pods: readonly KubernetesObject[], now: number): number {
  const failed = pods.filter(hasFailed);
  if (failed.length === 0) return 0;
  const delay = Math.min(FIRST_BACK_OFF_MS * 2 ** (failed.length - 1), LONGEST_BACK_OFF_MS);
  const last = Math.max(...failed.map(endTime));
  return Math.max(0, last + delay - now);
}

function endTime(pod: KubernetesObject): number {
  const states = listOf(statusOf(pod)['containerStatuses']).map(
    (status) => recordOf(recordOf(status['state'])['terminated'])['finishedAt'],
  );
  const times = [...states, pod.metadata?.creationTimestamp]
    .map((time) => Date.parse(textOf(time) ?? ''))
    .filter((time) => !Number.isNaN(time));
  return Math.max(0, ...times);
}

function untilDeadline(job: KubernetesObject, started: string | null, now: number): number | undefined {
  const seconds = numberOf(specOf(job)['activeDeadlineSeconds']);
  if (seconds === null || started === null || specOf(job)['suspend'] === true) return undefined;
  return Math.max(0, Date.parse(started) + seconds * 1000 - now);
}

function soonest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.min(a, b);
}
