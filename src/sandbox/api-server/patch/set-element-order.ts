/**
 * Orders a merged list as `$setElementOrder` asks: what the patch names comes in its order, what only the server knows keeps its place
 * among the others (KEP "preserve order in strategic merge patch"). `key` identifies an item; entries of `wanted` are items, or hold their key.
 */
export function mergeOrder(
  merged: readonly unknown[],
  wanted: readonly unknown[],
  live: readonly unknown[],
  key: (item: unknown) => string,
): unknown[] {
  const rank = new Map(wanted.map((item, index) => [key(item), index]));
  const place = new Map(live.map((item, index) => [key(item), index]));
  const named = merged
    .filter((item) => rank.has(key(item)))
    .toSorted((one, other) => (rank.get(key(one)) ?? 0) - (rank.get(key(other)) ?? 0));
  const serverOnly = merged.filter((item) => !rank.has(key(item)));
  return weave(serverOnly, named, (item) => place.get(key(item)));
}

/** Merges two ordered lists: by the place that both have in the live list. A new item does not wait. */
function weave(serverOnly: readonly unknown[], named: readonly unknown[], placeOf: (item: unknown) => number | undefined): unknown[] {
  const result: unknown[] = [];
  let next = 0;
  for (const item of named) {
    const place = placeOf(item);
    while (next < serverOnly.length && place !== undefined && (placeOf(serverOnly[next]) ?? place) < place) result.push(serverOnly[next++]);
    result.push(item);
  }
  return [...result, ...serverOnly.slice(next)];
}
