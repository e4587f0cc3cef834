import type {KubernetesObject} from '../../../model/index.ts';
import {forbidden, notFound} from '../errors.ts';
import type {ResourceInfo} from '../schema/index.ts';
import type {Store} from '../store/index.ts';

const NAMESPACES = {plural: 'namespaces', group: ''};

/** Refuses a new object where its namespace is missing or on its way out (the NamespaceLifecycle admission of the API server). */
export function checkNamespace(store: Store, resource: ResourceInfo, object: KubernetesObject): void {
  if (!resource.namespaced) return;
  const {namespace = '', name = ''} = object.metadata ?? {};
  const space = store.get('namespaces', '', namespace);
  if (space === undefined) throw notFound(NAMESPACES, namespace);
  if (space.metadata?.deletionTimestamp === undefined) return;
  throw forbidden(resource, name, `unable to create new content in namespace ${namespace} because it is being terminated`, [
    {reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace'},
  ]);
}
