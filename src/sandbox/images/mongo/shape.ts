import type {Document} from 'bson';
import {CommandError} from './command-error.ts';
import {matches, order, valueAt} from './match.ts';

/** The documents that an aggregation pipeline gives: `$match`, `$sample`, `$limit`, `$skip`, `$sort`, `$project`, `$count`. */
export function aggregate(documents: readonly Document[], pipeline: readonly Document[]): readonly Document[] {
  return pipeline.reduce<readonly Document[]>((current, stage) => {
    const [entry] = Object.entries(stage);
    const [name = '', operand] = entry ?? [];
    const run = Object.hasOwn(STAGES, name) ? STAGES[name] : undefined;
    if (run === undefined) throw new CommandError(40_324, 'Location40324', `Unrecognized pipeline stage name: '${name}'`);
    return run(current, operand);
  }, documents);
}

const STAGES: Readonly<Record<string, (documents: readonly Document[], operand: unknown) => readonly Document[]>> = {
  $match: (documents, filter) => documents.filter((document) => matches(document, filter as Document)),
  $sample: (documents, operand) => sample(documents, Number((operand as Document)['size'])),
  $limit: (documents, count) => documents.slice(0, Number(count)),
  $skip: (documents, count) => documents.slice(Number(count)),
  $sort: (documents, by) => sortBy(documents, by as Document),
  $project: (documents, fields) => documents.map((document) => project(document, fields as Document)),
  $count: (documents, name) => (documents.length === 0 ? [] : [{[String(name)]: documents.length}]),
};

function sample(documents: readonly Document[], size: number): readonly Document[] {
  const rest = [...documents];
  const taken: Document[] = [];
  while (taken.length < size && rest.length > 0) taken.push(...rest.splice(Math.floor(Math.random() * rest.length), 1));
  return taken;
}

/** By several fields, each up (1) or down (-1). */
export function sortBy(documents: readonly Document[], by: Document): readonly Document[] {
  const fields = Object.entries(by);
  return documents.toSorted((a, b) => {
    for (const [name, direction] of fields) {
      const difference = order(valueAt(a, name), valueAt(b, name));
      if (difference !== 0 && !Number.isNaN(difference)) return difference * Number(direction);
    }
    return 0;
  });
}

/** The named fields alone, or all but the named ones. */
export function project(document: Document, fields: Document): Document {
  const wanted = Object.entries(fields).filter(([name]) => name !== '_id');
  if (wanted.length === 0) return fields['_id'] === 0 || fields['_id'] === false ? without(document, ['_id']) : document;
  if (wanted.every(([, value]) => !value))
    return without(document, [...wanted.map(([name]) => name), ...(fields['_id'] === 0 ? ['_id'] : [])]);
  const keep = new Set([...wanted.map(([name]) => name), ...(fields['_id'] === 0 || fields['_id'] === false ? [] : ['_id'])]);
  return Object.fromEntries(Object.entries(document).filter(([name]) => keep.has(name)));
}

function without(document: Document, names: readonly string[]): Document {
  return Object.fromEntries(Object.entries(document).filter(([name]) => !names.includes(name)));
}

/** The document after an update with `$set`, `$unset`, `$inc`, or a replacement. */
export function applyUpdate(document: Document, update: Document): Document {
  const operators = Object.keys(update).filter((name) => name.startsWith('$'));
  if (operators.length === 0) return {_id: document['_id'], ...update};
  const result = {...document};
  for (const name of operators) {
    const fields: Document = update[name];
    if (name === '$set') Object.assign(result, fields);
    else if (name === '$unset') for (const field of Object.keys(fields)) delete result[field];
    else if (name === '$inc') for (const [field, by] of Object.entries(fields)) result[field] = Number(result[field] ?? 0) + Number(by);
    else if (name !== '$setOnInsert') throw new CommandError(9, 'FailedToParse', `Unknown modifier: ${name}`);
  }
  return result;
}
