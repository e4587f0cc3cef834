import {distilledDocument} from './document.ts';
import type {ResourceInfo} from './types.ts';

/** All built-in resources, in the order of discovery. */
export function resources(): readonly ResourceInfo[] {
  return distilledDocument.resources;
}

/** By group (`''` is core), version and plural. */
export function findResource(group: string, version: string, plural: string): ResourceInfo | null {
  return byPlural.get(`${group}/${version}/${plural}`) ?? null;
}

/** By `apiVersion` and kind. */
export function resourceOfKind(apiVersion: string, kind: string): ResourceInfo | null {
  return byKind.get(`${apiVersion}/${kind}`) ?? null;
}

const byPlural = new Map(resources().map((each) => [`${each.group}/${each.version}/${each.plural}`, each]));
// Of two resources that take one kind (none today) the first would answer, as it does in discovery.
const byKind = new Map(
  resources()
    .toReversed()
    .map((each) => [`${apiVersionOf(each)}/${each.kind}`, each]),
);

/** `v1` or `apps/v1`. */
export function apiVersionOf({group, version}: {readonly group: string; readonly version: string}): string {
  return group === '' ? version : `${group}/${version}`;
}
