import type {KubernetesObject} from '../../model/index.ts';
import {type Api, ApiError} from '../api.ts';
import {type Controller, type ControllerOptions, keyOf, own, runController} from './controller.ts';
import {isGoing, listOf, recordOf, specOf, textsOf} from './fields.ts';
import {NAMESPACED} from './kinds.ts';

/** The namespaces that every cluster has. */
const SYSTEM = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];
const FINALIZER = 'kubernetes';
const ROOT_CA = 'kube-root-ca.crt';
/** How root-ca-cert-publisher marks its ConfigMap. */
const ROOT_CA_TEXT =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

/**
 * Keeps namespaces: those that every cluster has exist; each live one has ServiceAccount `default` and ConfigMap `kube-root-ca.crt`;
 * one that is being deleted loses its content, and then itself.
 */
export function startNamespaceController(api: Api, options: ControllerOptions & {readonly caCertificate: string}): Controller {
  for (const name of SYSTEM) if (api.get('namespaces', '', name) === null) api.create('namespaces', {metadata: {name}});

  function sync(name: string): undefined {
    const namespace = api.get('namespaces', '', name);
    if (namespace === null) return;
    if (isGoing(namespace)) empty(api, namespace);
    else furnish(api, name, options.caCertificate);
  }

  const content = Object.fromEntries(
    NAMESPACED.map((resource) => [
      resource,
      (change: {readonly type: string; readonly object: KubernetesObject}) =>
        change.type === 'DELETED' || resource === 'configmaps' ? [change.object.metadata?.namespace ?? ''] : [],
    ]),
  );
  return runController(api, options, {
    name: 'namespace-controller',
    watches: {...content, namespaces: own},
    initial: () => api.list('namespaces').map(keyOf),
    sync,
  });
}

function furnish(api: Api, namespace: string, caCertificate: string): void {
  if (api.get('serviceaccounts', namespace, 'default') === null) api.create('serviceaccounts', {metadata: {name: 'default', namespace}});
  const data = {'ca.crt': caCertificate};
  const found = api.get('configmaps', namespace, ROOT_CA);
  if (found === null) {
    const annotations = {'kubernetes.io/description': ROOT_CA_TEXT};
    api.create('configmaps', {metadata: {name: ROOT_CA, namespace, annotations}, data});
  } else if (recordOf(found['data'])['ca.crt'] !== caCertificate) {
    api.change('configmaps', namespace, ROOT_CA, (draft) => {
      draft.data = data;
    });
  }
}

/** Deletes what is left, each thing once; its end brings the namespace here again. */
function empty(api: Api, namespace: KubernetesObject): void {
  const name = namespace.metadata?.name ?? '';
  for (const resource of NAMESPACED) {
    for (const object of api.list(resource, name)) if (!isGoing(object)) remove(api, resource, object);
  }
  const left = NAMESPACED.flatMap((resource) => {
    const objects = api.list(resource, name);
    return objects.length === 0 ? [] : [{resource, objects}];
  });
  if (left.length > 0) {
    tellRemaining(api, name, left);
    return;
  }
  if (!textsOf(specOf(namespace)['finalizers']).includes(FINALIZER)) return;
  api.change('namespaces', '', name, (draft) => {
    draft.spec.finalizers = (draft.spec.finalizers ?? []).filter((finalizer: string) => finalizer !== FINALIZER);
  });
}

function remove(api: Api, resource: string, object: KubernetesObject): void {
  const {namespace = '', name = '', uid = ''} = object.metadata ?? {};
  try {
    api.delete(resource, namespace, name, {propagation: 'Background', uid});
  } catch (error) {
    // gone in between, or held by somebody: what is left is looked at again when something ends
    if (!(error instanceof ApiError)) throw error;
  }
}

/** What can go wrong with a list of kinds from elsewhere, and here never does. */
const UNTROUBLED: readonly Condition[] = [
  {
    type: 'NamespaceDeletionDiscoveryFailure',
    status: 'False',
    reason: 'ResourcesDiscovered',
    message: 'All resources successfully discovered',
  },
  {
    type: 'NamespaceDeletionGroupVersionParsingFailure',
    status: 'False',
    reason: 'ParsedGroupVersions',
    message: 'All legacy kube types successfully parsed',
  },
  {
    type: 'NamespaceDeletionContentFailure',
    status: 'False',
    reason: 'ContentDeleted',
    message: 'All content successfully deleted, may be waiting on finalization',
  },
];

/** Says in the namespace's status what still holds it, as `kubectl describe namespace` shows. */
function tellRemaining(
  api: Api,
  name: string,
  left: readonly {readonly resource: string; readonly objects: readonly KubernetesObject[]}[],
): void {
  const counts = left.map(({resource, objects}) => `${resource}. has ${objects.length} resource instances`).join(', ');
  const finalizers = new Map<string, number>();
  for (const finalizer of left.flatMap(({objects}) => objects).flatMap((object) => object.metadata?.finalizers ?? [])) {
    finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1);
  }
  const held = [...finalizers].map(([finalizer, count]) => `${finalizer} in ${count} resource instances`).join(', ');
  setConditions(api, name, [
    ...UNTROUBLED,
    {type: 'NamespaceContentRemaining', status: 'True', reason: 'SomeResourcesRemain', message: `Some resources are remaining: ${counts}`},
    held === ''
      ? {
          type: 'NamespaceFinalizersRemaining',
          status: 'False',
          reason: 'ContentHasNoFinalizers',
          message: 'All content-preserving finalizers finished',
        }
      : {
          type: 'NamespaceFinalizersRemaining',
          status: 'True',
          reason: 'SomeFinalizersRemain',
          message: `Some content in the namespace has finalizers remaining: ${held}`,
        },
  ]);
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

function setConditions(api: Api, name: string, conditions: readonly Condition[]): void {
  const before = listOf(recordOf(api.get('namespaces', '', name)?.['status'])['conditions']);
  const same = conditions.every(({type, message}) => before.some((one) => one['type'] === type && one['message'] === message));
  if (same) return;
  const edit = (draft: {status?: object; metadata: {deletionTimestamp?: string}}): undefined => {
    const lastTransitionTime = draft.metadata.deletionTimestamp;
    draft.status = {...draft.status, conditions: conditions.map((condition) => ({...condition, lastTransitionTime}))};
  };
  api.change('namespaces', '', name, edit, {subresource: 'status'});
}
