import type {ClusterView, KubernetesObject, NamespacedName, Pod} from '../model/index.ts';
import {type Json, list, number, record, text} from '../view/index.ts';

/** Why an endpoint isn't ready. `reason` is one word, the API's own where it has one; `since` is RFC 3339. */
export interface NotReady {
  readonly reason: string;
  readonly detail: string;
  readonly since: string | null;
}

/**
 * Why this pod is not ready, from the pod itself, its node and its Events, the most telling fact first: it is being deleted, a container
 * waits or has ended, a probe fails, a readiness gate is not met. null for a pod that is ready.
 */
export function whyNotReady(view: ClusterView, pod: Pod): NotReady | null {
  const conditions = list(record(pod.object['status'])['conditions']);
  const ready = conditions.find((condition) => condition['type'] === 'Ready');
  const since = text(ready?.['lastTransitionTime']) ?? pod.createdAt;
  if (pod.deletedAt !== null) return terminating(pod);
  if (pod.ready) return null;
  const node = pod.nodeName === null ? undefined : view.nodes.get(pod.nodeName);
  if (node !== undefined && !node.ready) return {reason: 'NodeNotReady', detail: `its node ${node.name} is not ready`, since};
  const cause = unscheduled(conditions) ?? containerCause(view, pod) ?? gateCause(pod, conditions);
  if (cause !== null) return {...cause, since};
  const told = [text(ready?.['reason']), text(ready?.['message'])].filter(Boolean).join(': ');
  // the kubelet gives its reasons; who sets it without one is the node controller, of pods on a node that it has lost
  const untold =
    ready === undefined ? 'the pod has no Ready condition yet' : 'its Ready condition is False, as of pods on a node that is lost';
  return {reason: 'NotReady', detail: told === '' ? untold : told, since};
}

type Cause = Omit<NotReady, 'since'>;

/** The deletion timestamp lies in the future by the grace period: what counts is when the deletion was asked for. */
function terminating(pod: Pod): NotReady {
  const grace = pod.object.metadata?.deletionGracePeriodSeconds ?? 0;
  const end = Date.parse(pod.deletedAt ?? '');
  const since = Number.isNaN(end) ? pod.deletedAt : new Date(end - grace * 1000).toISOString().replace('.000Z', 'Z');
  const serving = pod.ready ? 'still serving' : 'no longer serving';
  return {reason: 'Terminating', detail: `the pod is being deleted (grace ${grace} s), ${serving}`, since};
}

function unscheduled(conditions: readonly Json[]): Cause | null {
  const scheduled = conditions.find((condition) => condition['type'] === 'PodScheduled');
  if (scheduled?.['status'] !== 'False') return null;
  return {reason: text(scheduled['reason']) ?? 'Unschedulable', detail: text(scheduled['message']) ?? 'no node takes the pod'};
}

/** The first container that keeps the pod from being ready; init containers come first, as they run first. */
function containerCause(view: ClusterView, pod: Pod): Cause | null {
  const status = record(pod.object['status']);
  const spec = record(pod.object['spec']);
  const causes = [
    ...list(status['initContainerStatuses']).map((entry) => initCause(entry, containerOf(spec['initContainers'], entry))),
    ...list(status['containerStatuses']).map((entry) => stateCause(view, pod, entry, containerOf(spec['containers'], entry))),
  ];
  return causes.find((cause) => cause !== null) ?? null;
}

function containerOf(containers: unknown, status: Json): Json {
  return list(containers).find((container) => container['name'] === status['name']) ?? {};
}

function initCause(status: Json, container: Json): Cause | null {
  const state = record(status['state']);
  const done = number(record(state['terminated'])['exitCode']) === 0;
  const started = container['restartPolicy'] === 'Always' && status['started'] === true;
  if (done || started) return null;
  return (
    stateOf(status, `init container ${text(status['name']) ?? ''}`) ?? {
      reason: 'Initializing',
      detail: `init container ${text(status['name']) ?? ''} has not finished`,
    }
  );
}

function stateCause(view: ClusterView, pod: Pod, status: Json, container: Json): Cause | null {
  if (status['ready'] === true) return null;
  const name = `container ${text(status['name']) ?? ''}`;
  const stopped = stateOf(status, name);
  if (stopped !== null) return stopped;
  if (container['startupProbe'] !== undefined && status['started'] !== true) {
    return probeCause('StartupProbeFailed', `${name}: startup probe`, container['startupProbe'], lastEvent(view, pod, 'Startup probe'));
  }
  if (container['readinessProbe'] === undefined) return {reason: 'ContainerNotReady', detail: `${name} is not ready`};
  return probeCause(
    'ReadinessProbeFailed',
    `${name}: readiness probe`,
    container['readinessProbe'],
    lastEvent(view, pod, 'Readiness probe'),
  );
}

/** A container that waits or has ended; null for one that runs. */
function stateOf(status: Json, name: string): Cause | null {
  const state = record(status['state']);
  const waiting = record(state['waiting']);
  const terminated = record(state['terminated']);
  if (state['waiting'] !== undefined) {
    const last = record(record(status['lastState'])['terminated']);
    const exit = number(last['exitCode']);
    const code = exit === null ? '' : `exited with code ${exit}${last['reason'] ? ` (${text(last['reason'])})` : ''}`;
    // the kubelet's own message repeats the pod's name and uid, and says no more
    if (waiting['reason'] === 'CrashLoopBackOff' && code !== '')
      return {reason: 'CrashLoopBackOff', detail: crashDetail(status, name, code)};
    const before = code === '' ? '' : `; it last ${code}`;
    const message = text(waiting['message']);
    return {reason: text(waiting['reason']) ?? 'Waiting', detail: `${name} waits${message ? `: ${message}` : ''}${before}`};
  }
  if (state['terminated'] === undefined) return null;
  return {reason: text(terminated['reason']) ?? 'Terminated', detail: `${name} exited with code ${number(terminated['exitCode']) ?? 0}`};
}

function crashDetail(status: Json, name: string, code: string): string {
  const restarts = number(status['restartCount']) ?? 0;
  const times = restarts === 0 ? '' : `, restarted ${restarts === 1 ? 'once' : `${restarts} times`}`;
  return `${name} ${code}${times}; it waits before it is started again`;
}

function probeCause(reason: string, what: string, probe: unknown, event: ProbeEvent | null): Cause {
  const asked = `${what} ${describeProbe(record(probe))}`.trimEnd();
  if (event === null) return {reason, detail: `${asked} has not succeeded`};
  return {reason, detail: `${asked} fails: ${event.message}${event.count > 1 ? ` (${event.count} times)` : ''}`};
}

/** A probe in a few words: `GET http://:80/quote`, `connect :5432`, `exec cat /tmp/ready`, `grpc :9090`. */
export function describeProbe(probe: Json): string {
  const http = record(probe['httpGet']);
  if (probe['httpGet'] !== undefined) {
    const scheme = (text(http['scheme']) ?? 'HTTP').toLowerCase();
    return `GET ${scheme}://${text(http['host']) ?? ''}:${String(http['port'] ?? '')}${text(http['path']) ?? '/'}`;
  }
  if (probe['tcpSocket'] !== undefined) return `connect :${String(record(probe['tcpSocket'])['port'] ?? '')}`;
  if (probe['grpc'] !== undefined) return `grpc :${String(record(probe['grpc'])['port'] ?? '')}`;
  const command = record(probe['exec'])['command'];
  return Array.isArray(command) ? `exec ${command.join(' ')}` : '';
}

function gateCause(pod: Pod, conditions: readonly Json[]): Cause | null {
  const gates = list(record(pod.object['spec'])['readinessGates']).flatMap((gate) => text(gate['conditionType']) ?? []);
  const missing = gates.find((gate) => conditions.find((condition) => condition['type'] === gate)?.['status'] !== 'True');
  if (missing === undefined) return null;
  return {reason: 'ReadinessGatesNotReady', detail: `readiness gate: condition ${missing} is not True`};
}

interface ProbeEvent {
  readonly message: string;
  readonly count: number;
}

/** The newest `Unhealthy` Event of a pod about one kind of probe, without the words that every such message begins with. */
function lastEvent(view: ClusterView, pod: Pod, about: string): ProbeEvent | null {
  const events = eventsAbout(view, 'Pod', pod, pod.uid).filter((event) => {
    return event['reason'] === 'Unhealthy' && (text(event['message']) ?? '').startsWith(about);
  });
  const newest = events.reduce<KubernetesObject | null>(
    (best, event) => (best === null || eventTime(event) > eventTime(best) ? event : best),
    null,
  );
  if (newest === null) return null;
  const message = (text(newest['message']) ?? '').replace(/^\w+ probe (failed|errored)[^:]*: ?/, '').trim();
  return {
    message: message === '' ? 'without a message' : message,
    count: number(newest['count']) ?? number(record(newest['series'])['count']) ?? 1,
  };
}

/** The Events of a view about an object, of this very object where both know its uid. */
export function eventsAbout(view: ClusterView, kind: string, name: NamespacedName, uid = ''): readonly KubernetesObject[] {
  const prefix = `Event/${name.namespace}/`;
  const events: KubernetesObject[] = [];
  for (const [key, event] of view.others) {
    if (!key.startsWith(prefix)) continue;
    const about = record(event['involvedObject'] ?? event['regarding']);
    const other = text(about['uid']) ?? '';
    if (about['kind'] === kind && about['name'] === name.name && (uid === '' || other === '' || other === uid)) events.push(event);
  }
  return events;
}

/** When an Event last happened, for comparison; empty where it does not say. */
export function eventTime(event: KubernetesObject): string {
  const series = record(event['series']);
  return (
    text(series['lastObservedTime']) ?? text(event['lastTimestamp']) ?? text(event['eventTime']) ?? event.metadata?.creationTimestamp ?? ''
  );
}
