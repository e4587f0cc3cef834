import {ApiError} from '../../api.ts';
import type {PodRuntime} from '../../pod-runtime.ts';
import type {Exchange} from '../http/exchange.ts';

/** The kubelets' side. Throws ApiError 503 while there is none. */
export function runtimeOf({parts}: Pick<Exchange, 'parts'>): PodRuntime {
  const runtime = parts.runtime();
  if (runtime === null) throw new ApiError(503, 'ServiceUnavailable', 'no kubelet runs in this sandbox', {retryAfterSeconds: 1});
  return runtime;
}
