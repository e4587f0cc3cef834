import type {KubernetesObject} from '../../../model/index.ts';

/** Nothing but the metadata of an object, for clients that need no more (garbage collectors, metadata informers). */
export function partialMetadata({metadata}: KubernetesObject): object {
  return {kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata};
}

export function partialMetadataList(objects: readonly KubernetesObject[], metadata: object): object {
  return {kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items: objects.map(partialMetadata)};
}
