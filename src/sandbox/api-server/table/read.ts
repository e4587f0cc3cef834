/** Reads parts of an object whose shape is not known; what is missing or of another type reads as nothing. */

type Json = unknown;

export function at(object: Json, path: string): Json {
  let value = object;
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, Json>)[step];
  }
  return value;
}

export function text(object: Json, path: string): string {
  const value = at(object, path);
  return value === undefined || value === null ? '' : String(value);
}

export function number(object: Json, path: string): number {
  const value = at(object, path);
  return typeof value === 'number' ? value : 0;
}

export function list(object: Json, path: string): readonly Json[] {
  const value = at(object, path);
  return Array.isArray(value) ? value : [];
}

export function texts(object: Json, path: string): readonly string[] {
  return list(object, path).map(String);
}

export function record(object: Json, path: string): Readonly<Record<string, Json>> {
  const value = at(object, path);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, Json>) : {};
}

/** As a quantity that is not set reads. */
export function orZero(object: Json, path: string): string {
  return text(object, path) || '0';
}
