import {KiadaError} from '../errors.ts';
import type {Finding, NamespacedName} from '../model/index.ts';

/** A finding that the user does not want to see: everywhere, or about one object. */
export interface Ignored {
  readonly code: string;
  readonly object: NamespacedName | null;
}

/** Parses `CODE` or `CODE=NS/NAME`. Throws USAGE for anything else. */
export function parseIgnored(text: string): Ignored {
  const [, code, namespace, name] = /^(KIA\d{4})(?:=([^/=]*)\/([^/=]+))?$/i.exec(text.trim()) ?? [];
  if (code === undefined) {
    throw new KiadaError('USAGE', `"${text}" does not say what to ignore`, {hint: 'Write it like KIA0107 or KIA0107=kiada/quote.'});
  }
  return {code: code.toUpperCase(), object: name === undefined ? null : {namespace: namespace ?? '', name}};
}

/** Whether one of the wishes is about this finding: about its object, or about the Service that it was found at. */
export function isIgnored(ignored: readonly Ignored[], finding: Finding, service: NamespacedName | null): boolean {
  return ignored.some(
    ({code, object}) =>
      code === finding.code && (object === null || isSame(object, finding.object) || (service !== null && isSame(object, service))),
  );
}

function isSame(a: NamespacedName, b: NamespacedName): boolean {
  return a.namespace === b.namespace && a.name === b.name;
}
