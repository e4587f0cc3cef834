import type {KubernetesObject} from '../model/index.ts';

/**
 * The cluster's state as the sandbox's own components see it: what the API server stores, with its validation, defaulting,
 * allocation and conflicts, without HTTP between. Everything is synchronous: one thread owns the store.
 * Objects that come out are shared and must not be changed. Resources are named by their plural: `pods`, `endpointslices`, `deployments`.
 * The namespace of what lives in none is the empty string.
 */
export interface Api {
  list(resource: string, namespace?: string): readonly KubernetesObject[];
  get(resource: string, namespace: string, name: string): KubernetesObject | null;
  /** Throws ApiError (AlreadyExists, Invalid, …). */
  create(resource: string, object: KubernetesObject): KubernetesObject;
  /** Throws ApiError; Conflict where `metadata.resourceVersion` is given and stale. */
  update(resource: string, object: KubernetesObject, options?: {readonly subresource?: 'status' | 'scale'}): KubernetesObject;
  /**
   * Reads, lets `edit` change a copy, writes it. Nothing is written where the copy ends equal to what was stored or `edit` returns false.
   * Returns what is stored afterwards, or null where there is no such object.
   */
  change(
    resource: string,
    namespace: string,
    name: string,
    // biome-ignore lint/suspicious/noExplicitAny: an API object open to editing has no narrower type
    edit: (draft: any) => undefined | false,
    options?: {readonly subresource?: 'status'},
  ): KubernetesObject | null;
  /** Marks for deletion or removes, as grace period and finalizers say. False where there is no such object. */
  delete(
    resource: string,
    namespace: string,
    name: string,
    options?: {readonly graceSeconds?: number; readonly propagation?: 'Orphan' | 'Background' | 'Foreground'; readonly uid?: string},
  ): boolean;
  /** Calls the listener after each committed write, in order, synchronously. Returns how to stop it. */
  watch(listener: (change: ApiChange) => void): () => void;
}

export interface ApiChange {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly resource: string;
  readonly object: KubernetesObject;
  /** What was stored before; null for ADDED. */
  readonly previous: KubernetesObject | null;
}

/** One field's complaint, as `Status.details.causes` has it. */
export interface StatusCause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

/** What the API refuses, in the words of the API: becomes a `Status`. */
export class ApiError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: {
    readonly name?: string;
    readonly group?: string;
    readonly kind?: string;
    readonly uid?: string;
    readonly causes?: readonly StatusCause[];
    readonly retryAfterSeconds?: number;
  } | null;
  constructor(code: number, reason: string, message: string, details: ApiError['details'] = null) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.reason = reason;
    this.details = details;
  }
}
