import {podIsReady} from '../../../endpoints/index.ts';
import type {KubernetesObject} from '../../../model/index.ts';
import type {Api, ApiChange} from '../../api.ts';
import {type Controller, type ControllerOptions, keyOf, own, runController, splitKey} from '../controller.ts';
import {createEventRecorder} from '../event-recorder.ts';
import {isFinished, isGoing, labelsOf, listOf, numberOf, recordOf, specOf, textOf, textsOf} from '../fields.ts';
import {refusals} from '../scheduler/node-filters.ts';
import {claimOwned, createPod, deletePod, isActive, nextAvailable, untilAvailable, workloadsOf} from './owned-pods.ts';
import {minReadySeconds} from './replica-set-controller.ts';
import {templateHash} from './template-hash.ts';

const REVISION = 'controller-revision-hash';

/** Tolerations that every pod of a DaemonSet gets: it stays on nodes that are in trouble. */
const TOLERATIONS = [
  {key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute'},
  {key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute'},
  {key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule'},
  {key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule'},
  {key: 'node.kubernetes.io/pid-pressure', operator: 'Exists', effect: 'NoSchedule'},
  {key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule'},
];

/** Keeps one pod of each DaemonSet on every node that fits: the daemonset-controller, with rolling updates one node at a time. */
export function startDaemonSetController(api: Api, options: ControllerOptions): Controller {
  const record = createEventRecorder(api, options.clock, 'daemonset-controller');

  function sync(key: string): number | undefined {
    const {namespace, name} = splitKey(key);
    const set = api.get('daemonsets', namespace, name);
    if (set === null) return undefined;
    const wanted = api
      .list('nodes')
      .filter((node) => fits(set, node))
      .map((node) => node.metadata?.name ?? '');
    if (!isGoing(set)) manage(set, wanted);
    const pods = claimOwned(api, 'pods', set).filter(isActive);
    writeStatus(set, wanted, pods);
    return nextAvailable(pods, minReadySeconds(set), options.clock.now());
  }

  function manage(set: KubernetesObject, wanted: readonly string[]): void {
    const pods = claimOwned(api, 'pods', set);
    for (const pod of pods) {
      const surplus = !wanted.includes(targetOf(pod)) || isFinished(pod) || isDouble(pod, pods);
      if (surplus && !isGoing(pod)) deletePod(api, record, set, pod);
    }
    const covered = new Set(pods.map(targetOf));
    for (const node of wanted) if (!covered.has(node)) createPod(api, record, set, podFor(set, node));
    renew(set, wanted, pods.filter(isActive));
  }

  function renew(set: KubernetesObject, wanted: readonly string[], pods: readonly KubernetesObject[]): undefined {
    const strategy = recordOf(specOf(set)['updateStrategy']);
    if (strategy['type'] === 'OnDelete') return;
    const hash = hashOf(set);
    const old = pods.filter((pod) => labelsOf(pod)[REVISION] !== hash);
    const available = pods.filter((pod) => isAvailable(set, pod)).length;
    const allowed = numberOf(recordOf(strategy['rollingUpdate'])['maxUnavailable']) ?? 1;
    const sick = old.filter((pod) => !isAvailable(set, pod));
    const healthy = old.filter((pod) => isAvailable(set, pod));
    const room = Math.max(0, allowed - (wanted.length - available));
    for (const pod of [...sick, ...healthy.slice(0, room)]) deletePod(api, record, set, pod);
  }

  function isAvailable(set: KubernetesObject, pod: KubernetesObject): boolean {
    return untilAvailable(pod, minReadySeconds(set), options.clock.now()) === 0;
  }

  function writeStatus(set: KubernetesObject, wanted: readonly string[], pods: readonly KubernetesObject[]): void {
    const placed = pods.filter((pod) => wanted.includes(targetOf(pod)));
    const available = placed.filter((pod) => isAvailable(set, pod)).length;
    const unavailable = wanted.length - available;
    const status = {
      observedGeneration: set.metadata?.generation,
      currentNumberScheduled: placed.length,
      numberMisscheduled: pods.length - placed.length,
      desiredNumberScheduled: wanted.length,
      numberReady: placed.filter(podIsReady).length,
      updatedNumberScheduled: placed.filter((pod) => labelsOf(pod)[REVISION] === hashOf(set)).length,
      ...(available > 0 ? {numberAvailable: available} : {}),
      ...(unavailable > 0 ? {numberUnavailable: unavailable} : {}),
    };
    const edit = (draft: {status?: object}): undefined => {
      draft.status = status;
    };
    api.change('daemonsets', set.metadata?.namespace ?? '', set.metadata?.name ?? '', edit, {subresource: 'status'});
  }

  return runController(api, options, {
    name: 'daemonset-controller',
    watches: {
      daemonsets: own,
      pods: (change) => workloadsOf(api, 'daemonsets', 'DaemonSet', change),
      nodes: (change) => (nodeCounts(change) ? api.list('daemonsets').map(keyOf) : []),
    },
    initial: () => api.list('daemonsets').map(keyOf),
    sync,
  });
}

/** Whether the set's pods belong on a node: by selector, affinity and taints; what the node has left is the scheduler's to judge. */
function fits(set: KubernetesObject, node: KubernetesObject): boolean {
  const pod = {spec: {...recordOf(recordOf(specOf(set)['template'])['spec']), ...podSpec(set, node.metadata?.name ?? '')}};
  const roomy = {...node, status: {conditions: [{type: 'Ready', status: 'True'}]}};
  return refusals(pod, {node: roomy, pods: []}).length === 0;
}

function podFor(set: KubernetesObject, node: string) {
  const {labels} = recordOf(recordOf(specOf(set)['template'])['metadata']);
  return {metadata: {labels: {...recordOf(labels), [REVISION]: hashOf(set)}}, spec: podSpec(set, node)};
}

/** The template's tolerations and node affinity, and what ties the pod to its node. */
function podSpec(set: KubernetesObject, node: string) {
  const spec = recordOf(recordOf(specOf(set)['template'])['spec']);
  const affinity = recordOf(spec['affinity']);
  const nodeAffinity = recordOf(affinity['nodeAffinity']);
  const required = recordOf(nodeAffinity['requiredDuringSchedulingIgnoredDuringExecution']);
  const terms = listOf(required['nodeSelectorTerms']);
  const field = {key: 'metadata.name', operator: 'In', values: [node]};
  const nodeSelectorTerms = (terms.length > 0 ? terms : [{}]).map((term) => ({...term, matchFields: [field]}));
  return {
    tolerations: [...listOf(spec['tolerations']), ...TOLERATIONS],
    affinity: {...affinity, nodeAffinity: {...nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms}}},
  };
}

/** The node that a pod is on or meant for. */
function targetOf(pod: KubernetesObject): string {
  const placed = textOf(specOf(pod)['nodeName']);
  if (placed) return placed;
  const affinity = recordOf(recordOf(specOf(pod)['affinity'])['nodeAffinity']);
  const terms = listOf(recordOf(affinity['requiredDuringSchedulingIgnoredDuringExecution'])['nodeSelectorTerms']);
  return textsOf(listOf(terms[0]?.['matchFields'])[0]?.['values'])[0] ?? '';
}

function isDouble(pod: KubernetesObject, pods: readonly KubernetesObject[]): boolean {
  const first = pods.find((other) => isActive(other) && targetOf(other) === targetOf(pod));
  return first !== undefined && first !== pod && isActive(pod);
}

function hashOf(set: KubernetesObject): string {
  return templateHash(specOf(set)['template'], 0);
}

function nodeCounts({object, previous}: ApiChange): boolean {
  const counted = (node: KubernetesObject | null) => JSON.stringify([node?.['spec'], node?.metadata?.labels]);
  return previous === null || counted(object) !== counted(previous);
}
