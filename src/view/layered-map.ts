/** A map that can be written to and copied at the cost of what was written since the layer below was made. */
export interface LayeredMap<Key, Value> extends ReadonlyMap<Key, Value> {
  set(key: Key, value: Value): void;
  delete(key: Key): boolean;
  /** A copy: writing to either leaves the other as it is. */
  fork(): LayeredMap<Key, Value>;
}

/** In the upper layer: the lower one's entry does not count. */
const GONE = Symbol('gone');

/**
 * The upper layer is merged down once it is this large: a copy then costs microseconds, and a merge is rare. What both cost together is least
 * near the root of what lies below.
 */
function mostUpper(lower: number): number {
  return Math.min(256, Math.max(16, 2 * Math.sqrt(lower)));
}

/** An empty map, whose only layer is open to writing until it is forked. */
export function layeredMap<Key, Value>(): LayeredMap<Key, Value> {
  return over(new Map(), new Map(), 0, false);
}

function over<Key, Value>(
  lower: Map<Key, Value>,
  upper: Map<Key, Value | typeof GONE>,
  startSize: number,
  lowerIsShared: boolean,
): LayeredMap<Key, Value> {
  let size = startSize;
  let shared = lowerIsShared;
  const get = (key: Key): Value | undefined => {
    const above = upper.size === 0 ? undefined : upper.get(key);
    if (above === GONE) return undefined;
    return above === undefined ? lower.get(key) : above;
  };
  const has = (key: Key): boolean => get(key) !== undefined;
  function* entries(): Generator<[Key, Value], undefined, unknown> {
    for (const [key, value] of lower) {
      const above = upper.size === 0 ? undefined : upper.get(key);
      if (above !== GONE) yield [key, above === undefined ? value : above];
    }
    for (const [key, value] of upper) if (value !== GONE && !lower.has(key)) yield [key, value];
  }
  function* keys(): Generator<Key, undefined, unknown> {
    for (const [key] of entries()) yield key;
  }
  function* values(): Generator<Value, undefined, unknown> {
    for (const [, value] of entries()) yield value;
  }
  return {
    get,
    has,
    entries,
    keys,
    values,
    [Symbol.iterator]: entries,
    get size() {
      return size;
    },
    forEach(call) {
      for (const [key, value] of entries()) call(value, key, this);
    },
    set(key, value) {
      if (!shared) {
        // the only layer, which knows its size: one look less for each of the many entries of a new view
        lower.set(key, value);
        size = lower.size;
        return;
      }
      if (!has(key)) size += 1;
      upper.set(key, value);
    },
    delete(key) {
      if (!has(key)) return false;
      size -= 1;
      if (!shared) return lower.delete(key);
      if (lower.has(key)) upper.set(key, GONE);
      else upper.delete(key);
      return true;
    },
    fork() {
      if (upper.size > mostUpper(lower.size)) return over(merged(lower, upper), new Map(), size, false);
      shared = true;
      return over(lower, new Map(upper), size, true);
    },
  };
}

/** Both layers as one, in the order of the lower. */
function merged<Key, Value>(lower: ReadonlyMap<Key, Value>, upper: ReadonlyMap<Key, Value | typeof GONE>): Map<Key, Value> {
  const all = new Map(lower);
  for (const [key, value] of upper) {
    if (value === GONE) all.delete(key);
    else all.set(key, value as Value);
  }
  return all;
}
