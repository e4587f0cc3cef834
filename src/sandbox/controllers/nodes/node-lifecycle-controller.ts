import type {KubernetesObject} from '../../../model/index.ts';
import type {Api} from '../../api.ts';
import {type Controller, type ControllerOptions, own, runController} from '../controller.ts';
import {createEventRecorder} from '../event-recorder.ts';
import {apiTime, conditionOf, hasCondition, type Json, listOf, recordOf, specOf, textOf} from '../fields.ts';

const LEASES = 'kube-node-lease';
const NOT_READY = 'node.kubernetes.io/not-ready';
const UNREACHABLE = 'node.kubernetes.io/unreachable';
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';
const OWN_TAINTS = new Set([NOT_READY, UNREACHABLE, UNSCHEDULABLE]);
const KUBELET_CONDITIONS = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

/** How long a kubelet may be silent (kube-controller-manager's --node-monitor-grace-period). */
export const NODE_MONITOR_GRACE_MS = 50_000;

export interface NodeLifecycleOptions extends ControllerOptions {
  readonly graceMs?: number;
}

/**
 * Watches over nodes as the node-lifecycle-controller does: one whose kubelet is silent turns `Unknown`; one that is not ready is tainted
 * and its pods are marked not ready, so that their endpoints leave. Silence counts from when it was first noticed, so that nobody is
 * blamed for the time that the sandbox itself was down.
 */
export function startNodeLifecycleController(api: Api, options: NodeLifecycleOptions): Controller {
  const graceMs = options.graceMs ?? NODE_MONITOR_GRACE_MS;
  const record = createEventRecorder(api, options.clock, 'node-controller');
  const signs = new Map<string, {readonly sign: string; readonly at: number}>();

  function sync(name: string): number | undefined {
    const node = api.get('nodes', '', name);
    if (node === null) {
      signs.delete(name);
      return undefined;
    }
    const silentMs = silence(node);
    const current = silentMs >= graceMs && conditionOf(node, 'Ready')?.['status'] !== 'Unknown' ? markUnknown(node) : node;
    taint(current);
    if (!hasCondition(current, 'Ready')) markPodsNotReady(name);
    return Math.max(1, graceMs - silentMs);
  }

  /** Milliseconds since the last sign of life: a renewed Lease or a posted status. */
  function silence(node: KubernetesObject): number {
    const name = node.metadata?.name ?? '';
    const lease = recordOf(api.get('leases', LEASES, name)?.['spec']);
    const sign = `${textOf(lease['renewTime'])} ${textOf(conditionOf(node, 'Ready')?.['lastHeartbeatTime'])}`;
    const known = signs.get(name);
    const now = options.clock.now();
    if (known?.sign === sign) return now - known.at;
    signs.set(name, {sign, at: now});
    return 0;
  }

  function markUnknown(node: KubernetesObject): KubernetesObject {
    const now = apiTime(options.clock.now());
    const edit = (draft: {status: {conditions?: Json[]}}): undefined => {
      const others = (draft.status.conditions ?? []).filter(({type}) => !KUBELET_CONDITIONS.includes(String(type)));
      const unknown = KUBELET_CONDITIONS.map((type) => ({
        type,
        status: 'Unknown',
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
        lastHeartbeatTime: conditionOf(node, type)?.['lastHeartbeatTime'] ?? now,
        lastTransitionTime: now,
      }));
      draft.status.conditions = [...others, ...unknown];
    };
    const changed = api.change('nodes', '', node.metadata?.name ?? '', edit, {subresource: 'status'}) ?? node;
    record(changed, 'Normal', 'NodeNotReady', `Node ${node.metadata?.name} status is now: NodeNotReady`);
    return changed;
  }

  /** The taints that say the node's condition; those of others stay. */
  function taint(node: KubernetesObject): void {
    const present = listOf(specOf(node)['taints']);
    const wanted = wantedTaints(node);
    const others = present.filter((one) => !OWN_TAINTS.has(textOf(one['key']) ?? ''));
    const timeAdded = apiTime(options.clock.now());
    const kept = wanted.map(
      (one) => present.find((other) => other['key'] === one.key && other['effect'] === one.effect) ?? {...one, timeAdded},
    );
    api.change('nodes', '', node.metadata?.name ?? '', (draft) => {
      if (others.length + kept.length > 0) draft.spec = {...draft.spec, taints: [...others, ...kept]};
      else delete draft.spec?.taints;
    });
  }

  function markPodsNotReady(node: string): void {
    for (const pod of api.list('pods')) {
      if (specOf(pod)['nodeName'] !== node || !hasCondition(pod, 'Ready')) continue;
      const edit = (draft: {status: {conditions: {type: string; status: string; lastTransitionTime?: string}[]}}): undefined => {
        for (const condition of draft.status.conditions) {
          if (condition.type !== 'Ready') continue;
          condition.status = 'False';
          condition.lastTransitionTime = apiTime(options.clock.now());
        }
      };
      api.change('pods', pod.metadata?.namespace ?? '', pod.metadata?.name ?? '', edit, {subresource: 'status'});
      record(pod, 'Warning', 'NodeNotReady', 'Node is not ready');
    }
  }

  return runController(api, options, {
    name: 'node-lifecycle-controller',
    watches: {nodes: own, leases: ({object}) => (object.metadata?.namespace === LEASES ? [object.metadata.name ?? ''] : [])},
    initial: () => api.list('nodes').map((node) => node.metadata?.name ?? ''),
    sync,
  });
}

function wantedTaints(node: KubernetesObject): readonly {readonly key: string; readonly effect: string}[] {
  const ready = conditionOf(node, 'Ready')?.['status'];
  const key = ready === 'True' ? null : ready === 'Unknown' ? UNREACHABLE : NOT_READY;
  return [
    ...(key === null
      ? []
      : [
          {key, effect: 'NoSchedule'},
          {key, effect: 'NoExecute'},
        ]),
    ...(specOf(node)['unschedulable'] === true ? [{key: UNSCHEDULABLE, effect: 'NoSchedule'}] : []),
  ];
}
