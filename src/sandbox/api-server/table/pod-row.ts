import {orNone, since} from './format.ts';
import {at, list, number, text} from './read.ts';

type Cell = string | number | boolean | null;

interface Progress {
  readonly reason: string;
  readonly ready: number;
  readonly restarts: number;
  /** When a container last ended, or empty. */
  readonly lastRestart: string;
}

/** The cells of `kubectl get pods`, wide ones included: what the containers' states amount to (printPod of pkg/printers). */
export function podCells(pod: unknown, now: number): Cell[] {
  const {reason, ready, restarts, lastRestart} = progressOf(pod);
  const total = list(pod, 'spec.containers').length + list(pod, 'spec.initContainers').filter(isSidecar).length;
  const restartsText = restarts !== 0 && lastRestart !== '' ? `${restarts} (${since(lastRestart, now)} ago)` : String(restarts);
  return [
    text(pod, 'metadata.name'),
    `${ready}/${total}`,
    withDeletion(pod, reason),
    restartsText,
    since(text(pod, 'metadata.creationTimestamp'), now),
    orNone(text(list(pod, 'status.podIPs')[0], 'ip')),
    orNone(text(pod, 'spec.nodeName')),
    orNone(text(pod, 'status.nominatedNodeName')),
    readinessGates(pod),
  ];
}

/** Rows of pods that are through are greyed by clients that care. */
export function podRowConditions(pod: unknown): readonly object[] | null {
  const phase = text(pod, 'status.phase');
  if (phase !== 'Succeeded' && phase !== 'Failed') return null;
  const message = phase === 'Succeeded' ? 'The pod has completed successfully.' : 'The pod failed.';
  return [{type: 'Completed', status: 'True', reason: phase, message}];
}

function progressOf(pod: unknown): Progress {
  const start = startReason(pod);
  const init = initProgress(pod, start);
  if (init.initializing && !hasCondition(pod, 'Initialized')) return init;
  return mainProgress(pod, init);
}

function startReason(pod: unknown): string {
  const gated = list(pod, 'status.conditions').some(
    (each) => text(each, 'type') === 'PodScheduled' && text(each, 'reason') === 'SchedulingGated',
  );
  return gated ? 'SchedulingGated' : text(pod, 'status.reason') || text(pod, 'status.phase');
}

interface InitProgress extends Progress {
  readonly initializing: boolean;
  /** Of sidecars alone: what still counts once the pod is initialized. */
  readonly sidecarRestarts: number;
  readonly sidecarLastRestart: string;
}

function initProgress(pod: unknown, start: string): InitProgress {
  const containers = new Map(list(pod, 'spec.initContainers').map((each) => [text(each, 'name'), each]));
  let progress: InitProgress = {
    reason: start,
    ready: 0,
    restarts: 0,
    lastRestart: '',
    initializing: false,
    sidecarRestarts: 0,
    sidecarLastRestart: '',
  };
  for (const [i, status] of list(pod, 'status.initContainerStatuses').entries()) {
    const sidecar = isSidecar(containers.get(text(status, 'name')));
    progress = countRestarts(progress, status, sidecar);
    const exited = at(status, 'state.terminated') !== undefined && number(status, 'state.terminated.exitCode') === 0;
    if (exited) continue;
    if (sidecar && at(status, 'started') === true) {
      if (at(status, 'ready') === true) progress = {...progress, ready: progress.ready + 1};
      continue;
    }
    return {...progress, reason: initReason(status, i, containers.size), initializing: true};
  }
  return progress;
}

function countRestarts(progress: InitProgress, status: unknown, sidecar: boolean): InitProgress {
  const count = number(status, 'restartCount');
  const ended = text(status, 'lastState.terminated.finishedAt');
  const counted = {...progress, restarts: progress.restarts + count, lastRestart: later(progress.lastRestart, ended)};
  if (!sidecar) return counted;
  return {...counted, sidecarRestarts: progress.sidecarRestarts + count, sidecarLastRestart: later(progress.sidecarLastRestart, ended)};
}

function initReason(status: unknown, index: number, total: number): string {
  if (at(status, 'state.terminated') !== undefined) return `Init:${endReason(status)}`;
  const waiting = text(status, 'state.waiting.reason');
  return waiting !== '' && waiting !== 'PodInitializing' ? `Init:${waiting}` : `Init:${index}/${total}`;
}

/** From the last container to the first: the first one's trouble is what shows. */
function mainProgress(pod: unknown, init: InitProgress): Progress {
  let {reason, ready, sidecarRestarts: restarts, sidecarLastRestart: lastRestart} = init;
  let running = false;
  let failure = '';
  for (const status of list(pod, 'status.containerStatuses').toReversed()) {
    restarts += number(status, 'restartCount');
    lastRestart = later(lastRestart, text(status, 'lastState.terminated.finishedAt'));
    const waiting = text(status, 'state.waiting.reason');
    if (waiting !== '') reason = waiting;
    else if (at(status, 'state.terminated') !== undefined) {
      reason = endReason(status);
      if (number(status, 'state.terminated.exitCode') !== 0) failure = reason;
    } else if (at(status, 'ready') === true && at(status, 'state.running') !== undefined) {
      running = true;
      ready += 1;
    }
  }
  return {reason: reason === 'Completed' ? completedReason(pod, running, failure) : reason, ready, restarts, lastRestart};
}

/** One container is through, another still runs. */
function completedReason(pod: unknown, running: boolean, failure: string): string {
  if (running && hasCondition(pod, 'Ready')) return 'Running';
  if (failure !== '') return failure;
  return running ? 'NotReady' : 'Completed';
}

function endReason(status: unknown): string {
  const reason = text(status, 'state.terminated.reason');
  if (reason !== '') return reason;
  const signal = number(status, 'state.terminated.signal');
  return signal !== 0 ? `Signal:${signal}` : `ExitCode:${number(status, 'state.terminated.exitCode')}`;
}

function withDeletion(pod: unknown, reason: string): string {
  if (at(pod, 'metadata.deletionTimestamp') === undefined) return reason;
  if (text(pod, 'status.reason') === 'NodeLost') return 'Unknown';
  return ['Succeeded', 'Failed'].includes(text(pod, 'status.phase')) ? reason : 'Terminating';
}

function readinessGates(pod: unknown): string {
  const gates = list(pod, 'spec.readinessGates').map((gate) => text(gate, 'conditionType'));
  if (gates.length === 0) return '<none>';
  return `${gates.filter((gate) => hasCondition(pod, gate)).length}/${gates.length}`;
}

function hasCondition(pod: unknown, type: string): boolean {
  return list(pod, 'status.conditions').some((each) => text(each, 'type') === type && text(each, 'status') === 'True');
}

function isSidecar(container: unknown): boolean {
  return text(container, 'restartPolicy') === 'Always';
}

function later(a: string, b: string): string {
  return a > b ? a : b;
}
