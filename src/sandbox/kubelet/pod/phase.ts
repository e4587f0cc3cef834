import {type ContainerStatus, isSidecar, type PodSpec} from './pod-object.ts';

export interface PodStatuses {
  readonly init: readonly ContainerStatus[];
  readonly regular: readonly ContainerStatus[];
}

/** A pod's phase from its containers' states. Source: kubernetes `pkg/kubelet/kubelet_pods.go` (getPhase). */
export function podPhase(spec: PodSpec, statuses: PodStatuses): 'Pending' | 'Running' | 'Succeeded' | 'Failed' {
  const init = initProgress(spec, statuses);
  if (init === 'failed') return 'Failed';
  if (init === 'pending') return 'Pending';
  const {regular} = statuses;
  // a container that waits after it has run counts as stopped: a pod in back-off is Running
  if (regular.some(({state, lastState}) => state.waiting && !lastState.terminated)) return 'Pending';
  const ends = regular.map(({state, lastState}) => state.terminated ?? (state.waiting ? lastState.terminated : undefined));
  if (ends.some((end) => !end)) return 'Running';
  if (spec.restartPolicy === 'Always' || sidecarRuns(spec, statuses)) return 'Running';
  if (ends.every((end) => end?.exitCode === 0)) return 'Succeeded';
  return spec.restartPolicy === 'Never' ? 'Failed' : 'Running';
}

/** The phase once every container has been ended for good, as at a pod's deletion. */
export function finalPhase(statuses: PodStatuses): 'Succeeded' | 'Failed' {
  return statuses.regular.every(({state}) => state.terminated?.exitCode === 0) ? 'Succeeded' : 'Failed';
}

function initProgress(spec: PodSpec, statuses: PodStatuses): 'done' | 'pending' | 'failed' {
  // once an ordinary container has started, what sidecars do is no matter of initialisation any more
  if (statuses.regular.some(({state, lastState}) => state.running || state.terminated || lastState.terminated)) return 'done';
  for (const container of spec.initContainers ?? []) {
    const status = statuses.init.find(({name}) => name === container.name);
    if (isSidecar(container)) {
      if (!status?.started) return 'pending';
      continue;
    }
    const end = status?.state.terminated;
    if (end && end.exitCode !== 0 && spec.restartPolicy === 'Never') return 'failed';
    if (end?.exitCode !== 0) return 'pending';
  }
  return 'done';
}

function sidecarRuns(spec: PodSpec, statuses: PodStatuses): boolean {
  const sidecars = (spec.initContainers ?? []).filter(isSidecar);
  return sidecars.some(({name}) => statuses.init.find((status) => status.name === name)?.state.running);
}
