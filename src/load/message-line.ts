// Messages of a run as lines of JSON, for members that are reached over a stream. What JSON has no word for is written as an object with
// one key that begins with `$`.

/** More places than any array of counts has. */
const COUNTS_LIMIT = 100_000;

export function toLine(message: unknown): string {
  return `${JSON.stringify(message, (_key, value: unknown) => written(value))}\n`;
}

/** Throws SyntaxError for what is no message. */
export function fromLine(line: string): unknown {
  return JSON.parse(line, (_key, value: unknown) => read(value));
}

function written(value: unknown): unknown {
  if (value instanceof Map) return {$map: [...value]};
  if (value instanceof Set) return {$set: [...value]};
  if (value instanceof Float64Array) return {$counts: sparse(value)};
  if (value instanceof RegExp) return {$pattern: value.source};
  // a Buffer has become what its toJSON makes of it before it comes here
  if (value instanceof Uint8Array) return {$bytes: Buffer.from(value).toString('base64')};
  if (isBufferJson(value)) return {$bytes: Buffer.from(value.data).toString('base64')};
  return value;
}

function isBufferJson(value: unknown): value is {readonly type: 'Buffer'; readonly data: readonly number[]} {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    value.type === 'Buffer' &&
    'data' in value &&
    Array.isArray(value.data)
  );
}

function read(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const [key, ...others] = Object.keys(value);
  if (key === undefined || others.length > 0 || key[0] !== '$') return value;
  const inner = (value as Readonly<Record<string, unknown>>)[key];
  switch (key) {
    case '$map':
      return new Map(inner as [unknown, unknown][]);
    case '$set':
      return new Set(inner as unknown[]);
    case '$counts':
      return dense(inner as number[]);
    case '$pattern':
      return new RegExp(inner as string);
    case '$bytes':
      return Buffer.from(inner as string, 'base64');
    default:
      return value;
  }
}

/** Its length, then for each count that is not zero how many places after the last one it is, and the count. */
function sparse(counts: Float64Array): readonly number[] {
  const pairs: number[] = [counts.length];
  let last = 0;
  for (let index = 0; index < counts.length; index++) {
    const count = counts[index] as number;
    if (count === 0) continue;
    pairs.push(index - last, count);
    last = index;
  }
  return pairs;
}

function dense([length = 0, ...pairs]: readonly number[]): Float64Array {
  if (!Number.isInteger(length) || length < 0 || length > COUNTS_LIMIT) throw new SyntaxError(`counts of length ${length}`);
  const counts = new Float64Array(length);
  let at = 0;
  for (let index = 0; index + 1 < pairs.length; index += 2) {
    at += pairs[index] as number;
    counts[at] = pairs[index + 1] as number;
  }
  return counts;
}
