import type {IncomingMessage} from 'node:http';
import {ApiError} from '../../api.ts';
import {badRequest} from '../errors.ts';

/** As etcd's and the API server's own limit on a request. */
const BODY_LIMIT = 3 * 1024 * 1024;
/** Deeper than any manifest, and shallow enough for functions that walk an object by recursion. */
const DEPTH_LIMIT = 256;

/** The body as text. Throws ApiError 413 beyond 3 MiB. */
export async function readBody(request: IncomingMessage): Promise<string> {
  return (await readBytes(request)).toString('utf8');
}

/** The body. Throws ApiError 413 beyond 3 MiB. */
export async function readBytes(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(): ApiError {
  return new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${BODY_LIMIT}`, {});
}

/** JSON to a value. `describe` makes the message of a syntax error. Throws ApiError BadRequest, also for what nests beyond reason. */
export function parseJson(text: string, describe: (why: string) => string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw badRequest(describe(text.trim() === '' ? 'unexpected end of JSON input' : (error as Error).message));
  }
  checkDepth(value);
  return value;
}

/** YAML (or JSON) to a value. Aliases are limited by the parser. */
export async function parseYaml(text: string, describe: (why: string) => string): Promise<unknown> {
  const {parse} = await import('yaml');
  let value: unknown;
  try {
    // what the parser only warns about is no news for the log
    value = parse(text, {logLevel: 'error'});
  } catch (error) {
    throw badRequest(describe((error as Error).message));
  }
  checkDepth(value);
  return value;
}

function checkDepth(value: unknown): void {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEPTH_LIMIT) throw badRequest(`the object nests deeper than ${DEPTH_LIMIT} levels`);
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  }
}

/** What a body holds, by its media type. */
export interface BodyValue {
  readonly value: unknown;
  /** The JSON text, for finding keys that stand twice; null for other types. */
  readonly json: string | null;
}

/** The media types of request bodies: typed Go clients send protobuf and nothing else. */
export const BODY_TYPES = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

/** Reads a body of one of BODY_TYPES. Throws ApiError (400, 413). */
export async function readValue(
  request: IncomingMessage,
  type: string,
  describe: (why: string, excerpt: string) => string,
): Promise<BodyValue> {
  const bytes = await readBytes(request);
  if (type === 'application/vnd.kubernetes.protobuf')
    return {value: await readProtobuf(bytes, (why) => describe(why, 'protobuf')), json: null};
  const text = bytes.toString('utf8');
  const tell = (why: string): string => describe(why, text === '' ? '<empty>' : text.slice(0, 100));
  if (type === 'application/yaml') return {value: await parseYaml(text, tell), json: null};
  return {value: parseJson(text, tell), json: text};
}

async function readProtobuf(bytes: Buffer, describe: (why: string) => string): Promise<unknown> {
  // its tables are some memory that a sandbox without Go clients need not spend
  const {decodeProtobuf} = await import('../protobuf/index.ts');
  try {
    return decodeProtobuf(bytes);
  } catch (error) {
    throw badRequest(describe((error as Error).message));
  }
}
