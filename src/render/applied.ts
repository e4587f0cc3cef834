import type {ApplyResult, ObjectRef} from '../model/index.ts';
import {paintOf} from './paint.ts';
import {plainText} from './safe-text.ts';

/** `service/quote created`, a line per object, as kubectl words it. */
export function renderApplied(result: ApplyResult, style: {readonly color: boolean}): string {
  const paint = paintOf(style.color);
  const paints = {created: paint.good, configured: paint.warn, unchanged: paint.dim, deleted: paint.bad, absent: paint.dim};
  if (result.objects.length === 0) return 'nothing to do';
  return result.objects.map((object) => `${nameOf(object)} ${paints[object.action](object.action)}`).join('\n');
}

/** `kind/name` as kubectl prints it. */
export function nameOf(object: ObjectRef): string {
  return plainText(`${object.kind.toLowerCase()}/${object.name}`);
}
