import {isRecord} from './record.ts';

/** RFC 7396. Neither argument is changed. */
export function jsonMergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const result = new Map(isRecord(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key);
    else result.set(key, jsonMergePatch(result.get(key), value));
  }
  // fromEntries defines own properties, so a key named __proto__ stays a key
  return Object.fromEntries(result);
}
