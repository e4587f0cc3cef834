import type {PodStatuses} from './phase.ts';
import {type ContainerStatus, isSidecar, type PodCondition, type PodObject} from './pod-object.ts';

type Judged = Pick<PodCondition, 'type' | 'status' | 'reason' | 'message'>;

/** The kubelet's own conditions. Others, as readiness gates name them, are somebody else's and stay. */
const OWN = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'];

/** Whether the pod's network is up, was once, or has not been made yet. */
export type SandboxState = 'ready' | 'ended' | 'none';

/**
 * A pod's conditions, with the times of those that did not change kept. `existing` are those stored now.
 * Source: kubernetes `pkg/kubelet/status/generate.go`.
 */
export function podConditions(
  pod: PodObject,
  statuses: PodStatuses,
  phase: string,
  sandbox: SandboxState,
  existing: readonly PodCondition[],
  time: string,
): PodCondition[] {
  const containersReady = judgeContainersReady(pod, statuses, phase);
  const judged: Judged[] = [
    judgeSandbox(sandbox),
    judgeInitialized(pod, statuses, phase),
    judgeReady(pod, containersReady, existing),
    containersReady,
    {type: 'PodScheduled', status: 'True'},
  ];
  const foreign = existing.filter(({type}) => !OWN.includes(type));
  const {generation} = pod.metadata;
  return [...foreign, ...judged.map((condition) => withTimes(condition, existing, time, generation))];
}

function withTimes(condition: Judged, existing: readonly PodCondition[], time: string, generation: number | undefined): PodCondition {
  const before = existing.find(({type}) => type === condition.type);
  const lastTransitionTime = before?.status === condition.status ? (before.lastTransitionTime ?? time) : time;
  return {...condition, lastProbeTime: null, lastTransitionTime, ...(generation === undefined ? {} : {observedGeneration: generation})};
}

function judgeSandbox(sandbox: SandboxState): Judged {
  const type = 'PodReadyToStartContainers';
  if (sandbox === 'ready') return {type, status: 'True'};
  const message = sandbox === 'ended' ? 'pod sandbox is not ready' : 'no pod sandbox exists';
  return {type, status: 'False', reason: 'PodSandboxNotReady', message};
}

function judgeContainersReady(pod: PodObject, statuses: PodStatuses, phase: string): Judged {
  const type = 'ContainersReady';
  if (phase === 'Succeeded') return {type, status: 'False', reason: 'PodCompleted'};
  if (phase === 'Failed') return {type, status: 'False', reason: 'PodFailed'};
  const names = [...(pod.spec.initContainers ?? []).filter(isSidecar), ...pod.spec.containers].map(({name}) => name);
  const unready = names.filter((name) => !find(statuses, name)?.ready);
  if (unready.length === 0) return {type, status: 'True'};
  return {type, status: 'False', reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]`};
}

function judgeReady(pod: PodObject, containersReady: Judged, existing: readonly PodCondition[]): Judged {
  if (containersReady.status !== 'True') return {...containersReady, type: 'Ready'};
  const complaints = (pod.spec.readinessGates ?? []).flatMap(({conditionType}) => {
    const gate = existing.find(({type}) => type === conditionType);
    if (!gate) return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    return gate.status === 'True' ? [] : [`the status of pod readiness gate "${conditionType}" is not "True", but ${gate.status}`];
  });
  if (complaints.length === 0) return {type: 'Ready', status: 'True'};
  return {type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady', message: complaints.join(', ')};
}

function judgeInitialized(pod: PodObject, statuses: PodStatuses, phase: string): Judged {
  const type = 'Initialized';
  if (phase === 'Succeeded') return {type, status: 'True', reason: 'PodCompleted'};
  if (statuses.regular.some(({state, lastState, started}) => started || state.terminated || lastState.terminated))
    return {type, status: 'True'};
  const incomplete = (pod.spec.initContainers ?? []).filter((container) => {
    const status = find(statuses, container.name);
    return isSidecar(container) ? !status?.started : !status?.ready;
  });
  if (incomplete.length === 0) return {type, status: 'True'};
  const message = `containers with incomplete status: [${incomplete.map(({name}) => name).join(' ')}]`;
  return {type, status: 'False', reason: 'ContainersNotInitialized', message};
}

function find(statuses: PodStatuses, name: string): ContainerStatus | undefined {
  return [...statuses.init, ...statuses.regular].find((status) => status.name === name);
}
