import type {ResourceInfo} from './types.ts';

/** All built-in resources, in the order of discovery. */
export function resources(): readonly ResourceInfo[] {
  throw new Error('resources are not there yet');
}

/** By group (`''` is core), version and plural. */
export function findResource(_group: string, _version: string, _plural: string): ResourceInfo | null {
  throw new Error('resources are not there yet');
}

/** By `apiVersion` and kind. */
export function resourceOfKind(_apiVersion: string, _kind: string): ResourceInfo | null {
  throw new Error('resources are not there yet');
}
