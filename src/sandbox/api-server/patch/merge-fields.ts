import type {StructSchema} from '../schema/index.ts';
import type {FieldSet, Path} from './field-set.ts';
import {isRecord, type JsonRecord} from './record.ts';
import {listEntries, type Place, placeOfStruct} from './typed-values.ts';

/** The live object with an applied configuration over it; neither is changed. Upstream: structured-merge-diff, typed.Merge. */
export function mergeFields(live: JsonRecord, config: JsonRecord, schema: StructSchema): JsonRecord {
  return mergeRecords(live, config, placeOfStruct(schema));
}

function mergeValues(live: unknown, config: unknown, place: Place): unknown {
  if (config === undefined) return live;
  if (place.shape === 'record' && isRecord(live) && isRecord(config)) return mergeRecords(live, config, place);
  return place.shape === 'list' && Array.isArray(live) && Array.isArray(config) ? mergeLists(live, config, place) : config;
}

function mergeRecords(live: JsonRecord, config: JsonRecord, place: Place): JsonRecord {
  const result = new Map(Object.entries(live));
  for (const [name, value] of Object.entries(config)) result.set(name, mergeValues(result.get(name), value, place.field(name)));
  return Object.fromEntries(result);
}

/** The configuration's order rules; what only the live list has keeps its place before the next common item. */
function mergeLists(live: readonly unknown[], config: readonly unknown[], place: Place): unknown[] {
  const liveItems = listEntries(live, place);
  const wanted = listEntries(config, place);
  const result: unknown[] = [];
  const liveKeys = [...liveItems.keys()];
  let at = 0;
  const takeLiveOnly = (until: number): void => {
    for (; at < until; at++) {
      const key = liveKeys[at] as string;
      if (!wanted.has(key)) result.push(liveItems.get(key));
    }
  };
  for (const [key, item] of wanted) {
    const position = liveKeys.indexOf(key);
    if (position === -1) takeLiveOnly(firstCommon(liveKeys, wanted, at));
    else takeLiveOnly(Math.max(position, at));
    result.push(mergeValues(liveItems.get(key), item, place.items));
  }
  takeLiveOnly(liveKeys.length);
  return result;
}

function firstCommon(keys: readonly string[], wanted: ReadonlyMap<string, unknown>, from: number): number {
  const found = keys.findIndex((key, index) => index >= from && wanted.has(key));
  return found === -1 ? keys.length : found;
}

/** The object without the given places and all below them. A record or list that ends empty goes too. */
export function removeFields(object: JsonRecord, gone: FieldSet, schema: StructSchema): JsonRecord {
  return (removeBelow(object, placeOfStruct(schema), [], gone, prefixesOf(gone)) as JsonRecord | undefined) ?? {};
}

function prefixesOf(gone: FieldSet): Set<string> {
  return new Set(gone.paths().flatMap((path) => path.map((_, index) => path.slice(0, index + 1).join('\u0000'))));
}

function removeBelow(value: unknown, place: Place, path: Path, gone: FieldSet, prefixes: ReadonlySet<string>): unknown {
  const stays = (element: string) => !gone.has([...path, element]);
  const isTouched = (element: string) => prefixes.has([...path, element].join('\u0000'));
  const below = (element: string, child: unknown, at: Place) =>
    isTouched(element) ? removeBelow(child, at, [...path, element], gone, prefixes) : child;
  if (place.shape === 'record' && isRecord(value)) {
    const kept = Object.entries(value)
      .filter(([name]) => stays(`f:${name}`))
      .map(([name, child]) => [name, below(`f:${name}`, child, place.field(name))] as const)
      .filter(([, child]) => child !== undefined);
    return kept.length === 0 ? undefined : Object.fromEntries(kept);
  }
  if (place.shape !== 'list' || !Array.isArray(value)) return value;
  const kept = value
    .filter((item) => stays(place.itemElement(item)))
    .map((item) => below(place.itemElement(item), item, place.items) ?? {});
  return kept.length === 0 ? undefined : kept;
}
