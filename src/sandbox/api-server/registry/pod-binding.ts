import type {KubernetesObject} from '../../../model/index.ts';
import {conflict} from '../errors.ts';
import type {ResourceInfo} from '../schema/index.ts';

interface Condition {
  readonly type: string;
}

/** The pod on its node, with condition PodScheduled, as the API server's binding leaves it. Throws ApiError Conflict where it has a node already. */
export function boundPod(resource: ResourceInfo, pod: KubernetesObject, node: string, now: string): KubernetesObject {
  const spec = (pod['spec'] ?? {}) as {nodeName?: string};
  const status = (pod['status'] ?? {}) as {conditions?: readonly Condition[]};
  const name = pod.metadata?.name ?? '';
  if (pod.metadata?.deletionTimestamp !== undefined)
    throw conflict(resource, name, `pod ${name} is being deleted, cannot be assigned to a host`);
  if ((spec.nodeName ?? '') !== '') throw conflict(resource, name, `pod ${name} is already assigned to node "${spec.nodeName}"`);
  const others = (status.conditions ?? []).filter(({type}) => type !== 'PodScheduled');
  const scheduled = {type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: now};
  return {...pod, spec: {...spec, nodeName: node}, status: {...status, conditions: [...others, scheduled]}};
}
