// Reading plain JSON of unknown shape: what is not of the wanted kind counts as absent.

export type Json = Readonly<Record<string, unknown>>;

export function record(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

export function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(record) : [];
}

export function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

export function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

export function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

export function textMap(value: unknown): Readonly<Record<string, string>> {
  const all = record(value);
  let isText = true;
  for (const key in all) isText &&= typeof all[key] === 'string';
  // nearly always so, and a copy in one piece costs a fraction of one by its entries
  if (isText) return {...(all as Readonly<Record<string, string>>)};
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
