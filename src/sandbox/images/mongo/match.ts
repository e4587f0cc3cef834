import {BSON, type Document} from 'bson';
import {CommandError} from './command-error.ts';

type Compare = (value: unknown, operand: unknown) => boolean;

const OPERATORS: Readonly<Record<string, Compare>> = {
  $eq: (value, operand) => isEqual(value, operand),
  $ne: (value, operand) => !matchesValue(value, operand),
  $gt: (value, operand) => order(value, operand) > 0,
  $gte: (value, operand) => order(value, operand) >= 0,
  $lt: (value, operand) => order(value, operand) < 0,
  $lte: (value, operand) => order(value, operand) <= 0,
  $in: (value, operand) => Array.isArray(operand) && operand.some((each) => matchesValue(value, each)),
  $nin: (value, operand) => Array.isArray(operand) && !operand.some((each) => matchesValue(value, each)),
  $exists: (value, operand) => (value !== undefined) === Boolean(operand),
};

/** Whether a document fits a filter: fields by value or operator, `$and`, `$or`, `$nor`. Throws CommandError for other operators. */
export function matches(document: Document, filter: Document): boolean {
  return Object.entries(filter).every(([name, condition]) => {
    if (name === '$and') return listOf(condition).every((each) => matches(document, each));
    if (name === '$or') return listOf(condition).some((each) => matches(document, each));
    if (name === '$nor') return !listOf(condition).some((each) => matches(document, each));
    if (name.startsWith('$')) throw unavailable(name);
    return fits(valueAt(document, name), condition);
  });
}

/** The value of a field, by dotted path. */
export function valueAt(document: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => {
    return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
  }, document);
}

/** MongoDB's order of values, as far as numbers, texts, dates and booleans go; NaN where two cannot be compared. */
export function order(a: unknown, b: unknown): number {
  const [left, right] = [plain(a), plain(b)];
  if (typeof left !== typeof right) return Number.NaN;
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0;
  return typeof left === 'number' && typeof right === 'number' ? left - right : Number.NaN;
}

function fits(value: unknown, condition: unknown): boolean {
  if (!isOperators(condition)) return matchesValue(value, condition);
  return Object.entries(condition).every(([name, operand]) => {
    const compare = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
    if (compare === undefined) throw unavailable(name);
    return compare(value, operand);
  });
}

/** Equal, or an array that holds it. null matches a field that is missing, too. */
function matchesValue(value: unknown, wanted: unknown): boolean {
  if (wanted === null) return value === null || value === undefined;
  return isEqual(value, wanted) || (Array.isArray(value) && value.some((each) => isEqual(each, wanted)));
}

function isEqual(a: unknown, b: unknown): boolean {
  if (a === undefined || b === undefined) return a === b;
  return plain(a) === plain(b) || Buffer.compare(BSON.serialize({value: a}), BSON.serialize({value: b})) === 0;
}

function plain(value: unknown): unknown {
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'boolean') return Number(value) + 0.5; // a boolean is no number, but two of them have an order
  return typeof value === 'bigint' ? Number(value) : value;
}

function isOperators(condition: unknown): condition is Document {
  if (typeof condition !== 'object' || condition === null || Array.isArray(condition)) return false;
  const [first] = Object.keys(condition);
  return first?.startsWith('$') ?? false;
}

function listOf(value: unknown): readonly Document[] {
  if (!Array.isArray(value)) throw new CommandError(2, 'BadValue', '$and/$or/$nor must be an array');
  return value;
}

function unavailable(name: string): CommandError {
  return new CommandError(2, 'BadValue', `unknown operator: ${name} (this sandbox's stand-in for MongoDB has only the common ones)`);
}
