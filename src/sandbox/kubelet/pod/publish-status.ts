import {apiTime, type KubeletContext} from '../context.ts';
import {podConditions, type SandboxState} from './conditions.ts';
import type {PodStatuses} from './phase.ts';
import {asPod, type PodObject} from './pod-object.ts';
import {podResources} from './pod-resources.ts';

export interface PodReport {
  readonly phase: string;
  readonly statuses: PodStatuses;
  readonly podIPs: readonly string[];
  readonly hasSandbox: boolean;
  readonly deadlineExceeded: boolean;
}

/** Writes what the kubelet knows of a pod into its status; what others wrote there stays. Nothing is written where nothing differs. */
export function publishStatus(context: KubeletContext, pod: PodObject, report: PodReport): void {
  const {name, namespace, uid, generation} = pod.metadata;
  const now = apiTime(context.clock.now());
  context.api.change(
    'pods',
    namespace,
    name,
    (draft) => {
      if (draft.metadata.uid !== uid) return false;
      draft.status ??= {};
      const {status} = draft;
      status.phase = report.phase;
      if (generation !== undefined) status.observedGeneration = generation;
      if (report.deadlineExceeded) {
        status.reason = 'DeadlineExceeded';
        status.message = 'Pod was active on the node longer than the specified deadline';
      }
      status.conditions = podConditions(asPod(draft), report.statuses, report.phase, sandboxOf(report), status.conditions ?? [], now);
      status.hostIP = context.nodeIPs[0];
      status.hostIPs = context.nodeIPs.map((ip) => ({ip}));
      status.startTime ??= now;
      if (report.podIPs.length > 0) {
        status.podIP = report.podIPs[0];
        status.podIPs = report.podIPs.map((ip) => ({ip}));
      }
      if (report.statuses.init.length > 0) status.initContainerStatuses = report.statuses.init;
      status.containerStatuses = report.statuses.regular.toSorted((one, other) => (one.name < other.name ? -1 : 1));
      Object.assign(status, podResources(pod.spec));
      return undefined;
    },
    {subresource: 'status'},
  );
}

function sandboxOf({hasSandbox, podIPs}: PodReport): SandboxState {
  if (hasSandbox) return 'ready';
  return podIPs.length > 0 ? 'ended' : 'none';
}
