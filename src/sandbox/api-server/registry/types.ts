import type {KubernetesObject} from '../../../model/index.ts';
import type {Api} from '../../api.ts';
import type {Store} from '../store/index.ts';

export type Subresource = '' | 'status' | 'scale' | 'finalize' | 'approval';

/** Who writes and how; the sandbox's own components give none of it. */
export interface WriteOptions {
  readonly dryRun?: boolean;
  /** Whom managedFields name; without it they are left as they are. */
  readonly manager?: string;
  readonly subresource?: Subresource;
  /** The object already carries its managedFields (server-side apply). */
  readonly applied?: boolean;
  /** Only a PUT has to name a resourceVersion where its kind demands one. */
  readonly demandVersion?: boolean;
}

export interface RemoveOptions {
  readonly dryRun?: boolean;
  readonly graceSeconds?: number;
  readonly propagation?: 'Orphan' | 'Background' | 'Foreground';
  readonly uid?: string;
  readonly resourceVersion?: string;
}

export interface Written {
  readonly object: KubernetesObject;
  /** Texts for `Warning` headers. */
  readonly warnings: readonly string[];
}

export interface Removed {
  /** Its last state. */
  readonly object: KubernetesObject;
  /** False where it is only marked: finalizers or a grace period hold it. */
  readonly gone: boolean;
}

/** The Api of the sandbox's components, and what only the HTTP side needs beside it. */
export interface Registry extends Api {
  readonly store: Store;
  /** Throws ApiError. */
  write(operation: 'create' | 'update', resource: string, object: KubernetesObject, options?: WriteOptions): Written;
  /** Null where there is no such object. */
  remove(resource: string, namespace: string, name: string, options?: RemoveOptions): Removed | null;
  /** Puts a pod on a node, as the scheduler's Binding does. */
  bind(namespace: string, name: string, node: string): void;
}
