import type {KubernetesObject} from '../../../model/index.ts';
import type {ResourceInfo} from '../schema/index.ts';
import type {Subresource} from './types.ts';

/** Kinds whose status is taken over on create: kubelets register their Node with it. */
const STATUS_ON_CREATE = new Set(['nodes']);
/** Kinds whose labels cannot be changed through their status. */
const LABELS_STAY = new Set(['deployments', 'replicasets', 'statefulsets', 'daemonsets', 'replicationcontrollers', 'jobs', 'cronjobs']);

/** An object as a client may create it: its status is the server's business. */
export function splitOnCreate(resource: ResourceInfo, object: KubernetesObject): KubernetesObject {
  if (!hasStatus(resource) || STATUS_ON_CREATE.has(resource.plural)) return object;
  const {status: _, ...rest} = object;
  return rest;
}

/** What an update through that subresource makes of `old`: everything else in `object` is ignored, as the API server does. */
export function splitOnUpdate(
  resource: ResourceInfo,
  subresource: Subresource,
  object: KubernetesObject,
  old: KubernetesObject,
): KubernetesObject {
  switch (subresource) {
    case '':
      return hasStatus(resource) ? withField(object, 'status', old['status']) : object;
    case 'status':
      return withField({...old, metadata: statusMeta(resource, object, old)}, 'status', object['status']);
    case 'scale':
      return {...old, spec: {...record(old['spec']), replicas: record(object['spec'])['replicas'] ?? 0}};
    case 'finalize':
      return {...old, spec: {...record(old['spec']), finalizers: record(object['spec'])['finalizers'] ?? []}};
    case 'approval':
      return {...old, status: {...record(old['status']), conditions: record(object['status'])['conditions'] ?? []}};
  }
}

function statusMeta(resource: ResourceInfo, object: KubernetesObject, old: KubernetesObject): NonNullable<KubernetesObject['metadata']> {
  const meta = {...object.metadata};
  return {
    ...meta,
    ...(old.metadata?.ownerReferences === undefined ? {} : {ownerReferences: old.metadata.ownerReferences}),
    ...(LABELS_STAY.has(resource.plural) && old.metadata?.labels !== undefined ? {labels: old.metadata.labels} : {}),
  };
}

function hasStatus({subresources}: ResourceInfo): boolean {
  return subresources.some(({name}) => name === 'status');
}

function withField(object: KubernetesObject, field: string, value: unknown): KubernetesObject {
  const {[field]: _, ...rest} = object;
  return value === undefined ? rest : {...rest, [field]: value};
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
