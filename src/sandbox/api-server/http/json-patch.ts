import {applyPatch} from 'rfc6902';
import type {KubernetesObject} from '../../../model/index.ts';
import {ApiError} from '../../api.ts';
import {badRequest} from '../errors.ts';

/** A patch of more operations is refused, as the API server refuses it. */
const OPERATION_LIMIT = 10_000;

/** RFC 6902 on a copy. Throws ApiError: 400 for what is no patch, 422 where an operation does not fit the object. */
export function applyJsonPatch(target: KubernetesObject, patch: unknown): KubernetesObject {
  if (!Array.isArray(patch))
    throw badRequest('error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp');
  if (patch.length > OPERATION_LIMIT) {
    const message = `The allowed maximum operations in a JSON patch is ${OPERATION_LIMIT}, got ${patch.length}`;
    throw new ApiError(413, 'RequestEntityTooLarge', message, {});
  }
  const copy = structuredClone(target);
  let problems: readonly unknown[];
  try {
    problems = applyPatch(copy, patch);
  } catch (error) {
    throw rejected(error);
  }
  if (problems.some((problem) => problem !== null)) throw rejected(problems.find((problem) => problem !== null));
  return copy;
}

function rejected(cause: unknown): ApiError {
  return Object.assign(new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {}), {cause});
}
