import type {StructSchema} from '../schema/index.ts';
import {FieldSet, type Path} from './field-set.ts';
import {isRecord, type JsonRecord, textOf} from './record.ts';
import {listEntries, type Place, placeOfStruct, recordEntries} from './typed-values.ts';

export interface FieldChanges {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** Which places differ between two objects of one kind. Upstream: structured-merge-diff, typed.Compare. */
export function compareFields(before: JsonRecord, after: JsonRecord, schema: StructSchema): FieldChanges {
  const walk: Walk = {added: [], modified: [], removed: []};
  compareRecords(before, after, placeOfStruct(schema), [], walk);
  return {added: new FieldSet(walk.added), modified: new FieldSet(walk.modified), removed: new FieldSet(walk.removed)};
}

interface Walk {
  readonly added: Path[];
  readonly modified: Path[];
  readonly removed: Path[];
}

function compareValues(before: unknown, after: unknown, place: Place, path: Path, walk: Walk): void {
  if (before === undefined) walk.added.push(path);
  if (after === undefined) walk.removed.push(path);
  if (place.shape === 'leaf') {
    if (before !== undefined && after !== undefined && textOf(before) !== textOf(after)) walk.modified.push(path);
    return;
  }
  if (place.shape === 'record') compareRecords(before, after, place, path, walk);
  else compareLists(before, after, place, path, walk);
}

function compareRecords(before: unknown, after: unknown, place: Place, path: Path, walk: Walk): void {
  const old = isRecord(before) ? before : {};
  const now = isRecord(after) ? after : {};
  for (const name of new Set([...Object.keys(old), ...Object.keys(now)])) {
    const [one, other] = [Object.hasOwn(old, name) ? old[name] : undefined, Object.hasOwn(now, name) ? now[name] : undefined];
    compareValues(one, other, place.field(name), [...path, `f:${name}`], walk);
  }
}

function compareLists(before: unknown, after: unknown, place: Place, path: Path, walk: Walk): void {
  const [old, now] = [listEntries(before, place), listEntries(after, place)];
  for (const element of new Set([...old.keys(), ...now.keys()])) {
    compareValues(old.get(element), now.get(element), place.items, [...path, element], walk);
  }
}

/** All that an applied configuration speaks of: its leaves, and the items of its lists. */
export function fieldsOf(object: JsonRecord, schema: StructSchema): FieldSet {
  const paths: Path[] = [];
  collect(object, placeOfStruct(schema), [], paths);
  return new FieldSet(paths);
}

function collect(value: unknown, place: Place, path: Path, paths: Path[]): void {
  const isItem = path.at(-1)?.startsWith('k:') ?? false;
  const children = childrenOf(value, place, path);
  if (path.length > 0 && (children.length === 0 || isItem)) paths.push(path);
  for (const [child, below, childPath] of children) collect(child, below, childPath, paths);
}

function childrenOf(value: unknown, place: Place, path: Path): [unknown, Place, Path][] {
  if (place.shape === 'record') {
    return recordEntries(value).map(([element, name, child]) => [child, place.field(name), [...path, element]]);
  }
  if (place.shape !== 'list') return [];
  return [...listEntries(value, place)].map(([element, item]) => [item, place.items, [...path, element]]);
}

/** The set with each declared field above its members: who owns `spec.a.b` has a say in `spec.a`, but not in a map's keys. */
export function withNamedParents(set: FieldSet, schema: StructSchema): FieldSet {
  const root = placeOfStruct(schema);
  const parents = set.paths().flatMap((path) => {
    const found: Path[] = [];
    let place: Place = root;
    for (const [index, element] of path.entries()) {
      const isNamed = element.startsWith('f:');
      if (isNamed && place.declares(element.slice(2))) found.push(path.slice(0, index + 1));
      place = isNamed ? place.field(element.slice(2)) : place.items;
    }
    return found;
  });
  return set.union(new FieldSet(parents));
}
