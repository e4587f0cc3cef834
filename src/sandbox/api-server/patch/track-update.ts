import type {KubernetesObject} from '../../../model/index.ts';

export interface WriteOptions {
  readonly manager: string;
  /** RFC 3339. */
  readonly now: string;
  /** The empty string for the object itself. */
  readonly subresource: string;
}

/**
 * `metadata.managedFields` after an ordinary write (create, update, patch): what changed belongs to the writer with operation Update,
 * others lose it. `object` is the admitted object as it is about to be stored, `old` what was stored (null on create).
 */
export function trackUpdate(_object: KubernetesObject, _old: KubernetesObject | null, _options: WriteOptions): KubernetesObject {
  throw new Error('field tracking is not there yet');
}

/** The manager's name of a request: its `fieldManager` parameter, else the user agent up to the first slash. */
export function managerOf(fieldManager: string | null, userAgent: string): string {
  if (fieldManager !== null && fieldManager !== '') return fieldManager;
  return (userAgent.split('/')[0] ?? '').slice(0, 128) || 'unknown';
}
