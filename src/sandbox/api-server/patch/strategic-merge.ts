import type {KubernetesObject} from '../../../model/index.ts';

/**
 * Kubernetes' strategic merge patch by the schema of the target's kind, with its directives `$patch`, `$retainKeys`,
 * `$deleteFromPrimitiveList/…` and `$setElementOrder/…`. Throws ApiError (BadRequest) for a patch that makes no sense.
 */
export function strategicMerge(_target: KubernetesObject, _patch: unknown): KubernetesObject {
  throw new Error('strategic merge is not there yet');
}
