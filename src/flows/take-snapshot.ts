import {type ObjectSource, RESOURCES, type ResourceName} from '../kube/index.ts';
import type {KubernetesObject, Unknown} from '../model/index.ts';
import {EXPLAINING} from './explaining.ts';

/** What is read for a snapshot: never Secrets, and of ConfigMaps nothing. */
const KINDS: readonly ResourceName[] = ['nodes', 'namespaces', 'services', 'endpointslices', 'endpoints', 'pods', ...EXPLAINING, 'events'];

/**
 * Everything that decides where Service traffic goes, as a List; one namespace, or all with null. One namespace comes with the API server's
 * own Service, whose variables are in every pod.
 */
export async function takeSnapshot(
  source: ObjectSource,
  namespace: string | null,
): Promise<{list: {apiVersion: 'v1'; kind: 'List'; items: readonly KubernetesObject[]}; unknown: readonly Unknown[]}> {
  const {objects, unknown} = await source.read(KINDS.map((resource) => ({resource, namespace, optional: resource !== 'services'})));
  const apiService = namespace === null || namespace === 'default' ? [] : await readApiService(source);
  const items = [...objects, ...apiService].map((object) => withoutSecrets(withoutManagedFields(object)));
  return {list: {apiVersion: 'v1', kind: 'List', items: items.toSorted(byPlace)}, unknown};
}

/** Whoever may not read it does without, and nothing is left out of what was asked for. */
async function readApiService(source: ObjectSource): Promise<readonly KubernetesObject[]> {
  const {objects} = await source.read([
    {resource: 'services', namespace: 'default', name: 'kubernetes', optional: true},
    {resource: 'endpointslices', namespace: 'default', labelSelector: 'kubernetes.io/service-name=kubernetes', optional: true},
  ]);
  return objects;
}

function withoutManagedFields(object: KubernetesObject): KubernetesObject {
  const {managedFields: _fields, ...metadata} = (object.metadata ?? {}) as Record<string, unknown>;
  const annotations = {...(metadata['annotations'] as Record<string, string> | undefined)};
  delete annotations['kubectl.kubernetes.io/last-applied-configuration']; // repeats the object, literal secrets in env included
  return {...object, metadata: {...metadata, ...(metadata['annotations'] ? {annotations} : {})}};
}

/** Literal values of environment variables are people's passwords often enough: only the names stay. */
function withoutSecrets(object: KubernetesObject): KubernetesObject {
  return JSON.parse(JSON.stringify(object), function (this: unknown, key: string, value: unknown) {
    if (key !== 'env' || !Array.isArray(value)) return value;
    return value.map((variable: Record<string, unknown>) => ('value' in variable ? {...variable, value: '***'} : variable));
  }) as KubernetesObject;
}

const ORDER: readonly string[] = KINDS.map((name) => RESOURCES[name].kind);

function byPlace(a: KubernetesObject, b: KubernetesObject): number {
  const key = (object: KubernetesObject) => `${object.metadata?.namespace ?? ''}/${object.metadata?.name ?? ''}`;
  return ORDER.indexOf(a.kind ?? '') - ORDER.indexOf(b.kind ?? '') || (key(a) < key(b) ? -1 : 1);
}
