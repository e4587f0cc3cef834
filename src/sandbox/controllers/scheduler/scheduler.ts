import type {KubernetesObject} from '../../../model/index.ts';
import type {Api, ApiChange} from '../../api.ts';
import {type Controller, type ControllerOptions, keyOf, own, runController, splitKey} from '../controller.ts';
import {createEventRecorder} from '../event-recorder.ts';
import {apiTime, conditionOf, hasCondition, isFinished, isGoing, listOf, recordOf, specOf, statusOf, textOf} from '../fields.ts';
import {chooseNode} from './choose-node.ts';
import type {Place} from './node-filters.ts';

const NAME = 'default-scheduler';

/** Puts pods on nodes: the default-scheduler, with its filters as far as they are common, and a spread of its own (see `chooseNode`). */
export function startScheduler(api: Api, options: ControllerOptions): Controller {
  const scheduled = createEventRecorder(api, options.clock, NAME, 'Binding');
  const failed = createEventRecorder(api, options.clock, NAME, 'Scheduling');

  function sync(key: string): undefined {
    const {namespace, name} = splitKey(key);
    const pod = api.get('pods', namespace, name);
    if (pod === null || !isWaiting(pod)) return;
    const missing = missingClaim(api, pod);
    const choice = missing === null ? chooseNode(pod, placesOf(api)) : {message: missing};
    if ('message' in choice) return refuse(pod, choice.message);
    api.change('pods', namespace, name, (draft) => {
      draft.spec.nodeName = choice.node;
    });
    scheduled(pod, 'Normal', 'Scheduled', `Successfully assigned ${namespace}/${name} to ${choice.node}`);
  }

  function refuse(pod: KubernetesObject, message: string): undefined {
    const before = conditionOf(pod, 'PodScheduled');
    failed(pod, 'Warning', 'FailedScheduling', message);
    if (before?.['status'] === 'False' && before['message'] === message) return;
    const lastTransitionTime = before?.['status'] === 'False' ? before['lastTransitionTime'] : apiTime(options.clock.now());
    const condition = {type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, lastProbeTime: null, lastTransitionTime};
    setCondition(api, pod, condition);
  }

  return runController(api, options, {
    name: NAME,
    watches: {
      // a node that changes, a pod that leaves one and a claim that appears may make room for those that wait
      nodes: (change) => (mayHelp(change) ? waiting(api) : []),
      persistentvolumeclaims: () => waiting(api),
      pods: (change) => (freesRoom(change) ? waiting(api) : isWaiting(change.object) && isNews(change) ? own(change) : []),
    },
    initial: () => waiting(api),
    sync,
  });
}

/** Not yet on a node, and ours to put there. */
function isWaiting(pod: KubernetesObject): boolean {
  const spec = specOf(pod);
  if (isGoing(pod) || isFinished(pod) || textOf(spec['nodeName'])) return false;
  return (textOf(spec['schedulerName']) ?? NAME) === NAME && listOf(spec['schedulingGates']).length === 0;
}

function waiting(api: Api): Iterable<string> {
  return api.list('pods').filter(isWaiting).map(keyOf);
}

function freesRoom({type, object, previous}: ApiChange): boolean {
  if (!textOf(specOf(object)['nodeName'])) return false;
  return type === 'DELETED' || (isFinished(object) && previous !== null && !isFinished(previous));
}

/** A heartbeat changes nothing that counts. */
function mayHelp({object, previous}: ApiChange): boolean {
  return previous === null || counted(object) !== counted(previous);
}

function counted(node: KubernetesObject): string {
  return JSON.stringify([node['spec'], node.metadata?.labels, statusOf(node)['allocatable'], hasCondition(node, 'Ready')]);
}

/** Our own word that a pod found no place is no reason to look again. */
function isNews({object, previous}: ApiChange): boolean {
  return previous === null || (object['spec'] !== previous['spec'] && JSON.stringify(object['spec']) !== JSON.stringify(previous['spec']));
}

function placesOf(api: Api): readonly Place[] {
  const byNode = new Map<string, KubernetesObject[]>(api.list('nodes').map((node) => [node.metadata?.name ?? '', []]));
  for (const pod of api.list('pods')) if (!isFinished(pod)) byNode.get(textOf(specOf(pod)['nodeName']) ?? '')?.push(pod);
  return api
    .list('nodes')
    .filter((node) => !isGoing(node))
    .map((node) => ({node, pods: byNode.get(node.metadata?.name ?? '') ?? []}));
}

/** The complaint about the first claim that a pod names and that isn't there. */
function missingClaim(api: Api, pod: KubernetesObject): string | null {
  const namespace = pod.metadata?.namespace ?? '';
  const claims = listOf(specOf(pod)['volumes']).flatMap((volume) => textOf(recordOf(volume['persistentVolumeClaim'])['claimName']) ?? []);
  const missing = claims.find((claim) => api.get('persistentvolumeclaims', namespace, claim) === null);
  if (missing === undefined) return null;
  const nodes = api.list('nodes').length;
  return `0/${nodes} nodes are available: persistentvolumeclaim "${missing}" not found. preemption: 0/${nodes} nodes are available: ${nodes} Preemption is not helpful for scheduling.`;
}

function setCondition(api: Api, pod: KubernetesObject, condition: {readonly type: string}): void {
  const {namespace = '', name = ''} = pod.metadata ?? {};
  const edit = (draft: {status?: {conditions?: {type: string}[]}}): undefined => {
    const others = (draft.status?.conditions ?? []).filter(({type}) => type !== condition.type);
    draft.status = {...draft.status, conditions: [...others, condition]};
  };
  api.change('pods', namespace, name, edit, {subresource: 'status'});
}
