import type {KubernetesObject} from '../../../model/index.ts';

export interface ApplyOptions {
  readonly manager: string;
  readonly force: boolean;
  /** RFC 3339, for `managedFields[].time`. */
  readonly now: string;
  /** The empty string for the object itself. */
  readonly subresource: string;
}

export interface Applied {
  /** Merged and with its managedFields: still to be defaulted and admitted. Then call `trackUpdate`-free: apply owns only what it was given. */
  readonly object: KubernetesObject;
  /** False where nothing but times would change: then nothing is to be written. */
  readonly changed: boolean;
}

/** Server-side apply (KEP-555). `live` is null where the object is to be created. Throws ApiError 409 Conflict with one cause per field. */
export function applyServerSide(_live: KubernetesObject | null, _applied: KubernetesObject, _options: ApplyOptions): Applied {
  throw new Error('server-side apply is not there yet');
}
