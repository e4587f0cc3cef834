import type {KubernetesObject} from '../../../model/index.ts';
import {trackUpdate} from '../patch/index.ts';
import type {WriteOptions} from './types.ts';

/** The object with its managedFields brought up to date. The sandbox's own components are not tracked: nobody applies against them. */
export function trackWrite(object: KubernetesObject, old: KubernetesObject | null, write: WriteOptions, now: string): KubernetesObject {
  if (write.manager === undefined || write.applied === true) return object;
  return trackUpdate(object, old, {manager: write.manager, now, subresource: write.subresource ?? ''});
}
