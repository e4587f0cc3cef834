import type {KubernetesObject} from '../../../model/index.ts';
import {conflict} from '../errors.ts';
import type {ResourceInfo} from '../schema/index.ts';

interface Condition {
  readonly type: string;
}

/** Where a pod is, said by its node's labels: the admission plug-in PodTopologyLabels gives them to the pod (KEP-4742). */
const PLACES = ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone'];

/**
 * The pod on its node, with condition PodScheduled and the node's topology labels, as the API server's binding leaves it. Labels that the pod
 * has already stay. Throws ApiError Conflict where it has a node already.
 */
export function boundPod(
  resource: ResourceInfo,
  pod: KubernetesObject,
  node: string,
  nodeObject: KubernetesObject | null,
  now: string,
): KubernetesObject {
  const spec = (pod['spec'] ?? {}) as {nodeName?: string};
  const status = (pod['status'] ?? {}) as {conditions?: readonly Condition[]};
  const name = pod.metadata?.name ?? '';
  if (pod.metadata?.deletionTimestamp !== undefined)
    throw conflict(resource, name, `pod ${name} is being deleted, cannot be assigned to a host`);
  if ((spec.nodeName ?? '') !== '') throw conflict(resource, name, `pod ${name} is already assigned to node "${spec.nodeName}"`);
  const others = (status.conditions ?? []).filter(({type}) => type !== 'PodScheduled');
  const scheduled = {type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: now};
  const places = PLACES.flatMap((key): [string, string][] => {
    const value = nodeObject?.metadata?.labels?.[key];
    return value === undefined ? [] : [[key, value]];
  });
  const metadata = places.length === 0 ? pod.metadata : {...pod.metadata, labels: {...Object.fromEntries(places), ...pod.metadata?.labels}};
  return {
    ...pod,
    ...(metadata === undefined ? {} : {metadata}),
    spec: {...spec, nodeName: node},
    status: {...status, conditions: [...others, scheduled]},
  };
}
