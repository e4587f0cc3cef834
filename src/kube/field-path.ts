type Step = string | number;

/**
 * A field as the API server names it, as steps into the object: `spec.ports[0].port`, `metadata.labels[a.b/c]`, and the lists with keys
 * of server-side apply, `.spec.ports[port=80,protocol="TCP"].name`.
 */
export function fieldPath(object: unknown, field: string): readonly Step[] {
  const path: Step[] = [];
  let value = object;
  for (const match of field.matchAll(/\[((?:[^\]"]|"(?:[^"\\]|\\.)*")*)\]|([^.[\]]+)/g)) {
    const step = match[1] === undefined ? (match[2] ?? '') : bracketStep(match[1], value);
    path.push(step);
    value = typeof value === 'object' && value !== null ? (value as Record<Step, unknown>)[step] : undefined;
  }
  return path;
}

/** An index, the keys of a list's item, or a key of a map. */
function bracketStep(text: string, list: unknown): Step {
  if (/^\d+$/.test(text)) return Number(text);
  if (!Array.isArray(list) || !text.includes('=')) return text;
  const keys = [...text.matchAll(/([A-Za-z]+)=("(?:[^"\\]|\\.)*"|[^,]+)/g)].map(
    (match) => [match[1] ?? '', keyValue(match[2] ?? '')] as const,
  );
  const index = list.findIndex((item: Record<string, unknown>) =>
    keys.every(([key, value]) => item?.[key] === undefined || String(item[key]) === value),
  );
  return index < 0 ? text : index;
}

function keyValue(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replaceAll(/\\(.)/g, '$1') : text;
}
