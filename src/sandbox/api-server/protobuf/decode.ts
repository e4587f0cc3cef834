import messages from '../schema/protobuf-1.37.json' with {type: 'json'};
import {readScalar} from './scalars.ts';
import {readFields, type WireField} from './wire.ts';

/** Field numbers to JSON names and types, by message: made by tools/distill-protobuf.ts. */
const MESSAGES = messages as unknown as Readonly<Record<string, Readonly<Record<string, readonly [name: string, type: string]>>>>;

const MAGIC = Buffer.from('k8s\0');
const DEPTH_LIMIT = 100;

type Json = Record<string, unknown>;

/**
 * Reads a Kubernetes object in protobuf, as typed Go clients send it: four bytes, then a runtime.Unknown that names apiVersion and kind
 * and holds the message. Throws an Error for what is none, or of a kind that is not built in.
 */
export function decodeProtobuf(bytes: Buffer): Json {
  if (!bytes.subarray(0, 4).equals(MAGIC)) throw new Error('provided data does not appear to be a protobuf message, expected prefix "k8s"');
  const envelope = byNumber(readFields(bytes.subarray(4)));
  const type = byNumber(readFields(bytesOf(envelope.get(1))));
  const apiVersion = bytesOf(type.get(1)).toString();
  const kind = bytesOf(type.get(2)).toString();
  return {apiVersion, kind, ...readMessage(messageOf(apiVersion, kind), bytesOf(envelope.get(2)), 0)};
}

function messageOf(apiVersion: string, kind: string): string {
  // every group has its own name for the one type
  if (kind === 'DeleteOptions') return 'meta.v1.DeleteOptions';
  const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['core', apiVersion];
  const name = `${group.split('.')[0]}.${version}.${kind}`;
  if (!Object.hasOwn(MESSAGES, name)) throw new Error(`no kind "${kind}" is registered for version "${apiVersion}"`);
  return name;
}

function readMessage(name: string, bytes: Buffer, depth: number): Json {
  if (depth > DEPTH_LIMIT) throw new Error('the message nests too deeply');
  const known = MESSAGES[name] ?? {};
  const result: Json = {};
  for (const field of readFields(bytes)) {
    const [json, type] = known[field.number] ?? ['', ''];
    // a newer client's field: nothing here knows its name
    if (type !== '') readField(result, json, type, field, depth);
  }
  return result;
}

function readField(result: Json, json: string, type: string, field: WireField, depth: number): void {
  if (json === '') {
    Object.assign(result, readValue(type.replace(/^\?/, ''), field, depth));
    return;
  }
  if (type.startsWith('[]')) {
    result[json] ??= [];
    (result[json] as unknown[]).push(readValue(type.slice(2), field, depth));
    return;
  }
  if (type.startsWith('{}')) {
    result[json] ??= {};
    const map = result[json] as Json;
    const entry = byNumber(readFields(bytesOf(field)));
    const key = bytesOf(entry.get(1)).toString();
    Object.defineProperty(map, key, {
      value: readEntry(type.slice(2), entry.get(2), depth),
      enumerable: true,
      writable: true,
      configurable: true,
    });
    return;
  }
  const pointer = type.startsWith('?');
  const value = readValue(pointer ? type.slice(1) : type, field, depth);
  // Go writes plain fields always, and JSON leaves their zero values out
  if (pointer || !isZero(value)) result[json] = value;
}

/** Values of maps and items of lists: a missing one is its type's zero. */
function readEntry(type: string, field: WireField | undefined, depth: number): unknown {
  if (field !== undefined) return readValue(type, field, depth);
  return readValue(type, {number: 2, type: 2, value: Buffer.alloc(0)}, depth);
}

function readValue(type: string, field: WireField, depth: number): unknown {
  // a named list is a message of its own: its items are field 1
  if (type.startsWith('*[]')) return readFields(bytesOf(field)).map((item) => readValue(type.slice(3), item, depth + 1));
  if (type.includes('.')) return readMessage(type, bytesOf(field), depth + 1);
  return readScalar(type, field);
}

function isZero(value: unknown): boolean {
  return value === '' || value === 0 || value === false || value === null || value === undefined;
}

function byNumber(fields: readonly WireField[]): Map<number, WireField> {
  return new Map(fields.map((field) => [field.number, field]));
}

function bytesOf(field: WireField | undefined): Buffer {
  return field !== undefined && Buffer.isBuffer(field.value) ? field.value : Buffer.alloc(0);
}
