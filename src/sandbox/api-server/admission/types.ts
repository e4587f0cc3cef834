import type {KubernetesObject} from '../../../model/index.ts';
import type {ResourceInfo} from '../schema/index.ts';
import type {ServiceAllocators} from './allocators.ts';

export type AdmissionOperation = 'create' | 'update' | 'delete';

/** One write on its way to the store, after decoding and patching, with `metadata.name`, `namespace`, `uid` and `creationTimestamp` filled in. */
export interface AdmissionRequest {
  readonly operation: AdmissionOperation;
  readonly resource: ResourceInfo;
  /** The empty string for the object itself. */
  readonly subresource: string;
  readonly object: KubernetesObject;
  /** What is stored now; null on create. */
  readonly old: KubernetesObject | null;
}

/** What admission may know of the world around the object: everything comes in here, nothing is read elsewhere. */
export interface AdmissionContext {
  readonly allocators: ServiceAllocators;
  /** A stored object by the plural of its resource, or null. */
  lookup(resource: string, namespace: string, name: string): KubernetesObject | null;
  /** Five random characters for volume names (`kube-api-access-x7k2p`). */
  randomSuffix(): string;
}

/** The object as it is to be stored. Whoever stores a Service calls `allocators.track(old, stored)` then. */
export interface Admitted {
  readonly object: KubernetesObject;
  /** Texts for `Warning` headers. */
  readonly warnings: readonly string[];
}
