import type {ClusterView, KubernetesObject} from '../model/index.ts';

/** Kinds that live in no namespace, as far as anybody keeps them beside Services. */
const CLUSTER_KINDS = new Set([
  'Namespace',
  'Node',
  'PersistentVolume',
  'StorageClass',
  'IngressClass',
  'GatewayClass',
  'ServiceCIDR',
  'IPAddress',
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'PriorityClass',
  'APIService',
  'MutatingWebhookConfiguration',
  'ValidatingWebhookConfiguration',
]);

/** Manifests as a view, in the namespace that they would be applied to; each workload stands with one pod of its template. */
export async function viewOfManifests(objects: readonly KubernetesObject[], namespace: string): Promise<ClusterView> {
  const [{viewOf}, {templatePods}] = await Promise.all([import('../routing/index.ts'), import('../findings/index.ts')]);
  const placed = objects.map((object) => inNamespace(object, namespace));
  return viewOf([...placed, ...templatePods(placed)]);
}

function inNamespace(object: KubernetesObject, namespace: string): KubernetesObject {
  if (CLUSTER_KINDS.has(object.kind ?? '') || object.metadata?.namespace) return object;
  return {...object, metadata: {...object.metadata, namespace}};
}
