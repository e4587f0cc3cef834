import type {KubernetesObject} from '../../../model/index.ts';
import {applyDefaults} from '../admission/index.ts';
import {trackUpdate} from '../patch/index.ts';
import type {ResourceInfo} from '../schema/index.ts';
import type {WriteOptions} from './types.ts';

/**
 * The object with its managedFields brought up to date, before admission adds what belongs to nobody.
 * The sandbox's own components are not tracked: nobody applies against them.
 */
export function trackWrite(
  object: KubernetesObject,
  old: KubernetesObject | null,
  resource: ResourceInfo,
  write: WriteOptions,
  now: string,
): KubernetesObject {
  if (write.manager === undefined || write.applied === true) return object;
  return trackUpdate(applyDefaults(object, resource), old, {manager: write.manager, now, subresource: write.subresource ?? ''});
}
