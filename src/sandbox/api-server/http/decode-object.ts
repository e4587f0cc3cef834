import type {KubernetesObject} from '../../../model/index.ts';
import {badRequest, unsupportedMediaType} from '../errors.ts';
import {checkFields, findDuplicateFields, strictDecodingError} from '../schema/index.ts';
import type {Exchange} from './exchange.ts';
import {BODY_TYPES, readValue} from './read-body.ts';
import {apiVersionOf} from './versions.ts';
import type {FieldValidation} from './write-options.ts';

/** What a body is expected to hold. */
export interface Expected {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export interface Decoded {
  readonly object: KubernetesObject;
  /** Texts for `Warning` headers: fields that were dropped. */
  readonly warnings: readonly string[];
}

/** Reads one object of that kind from the body, JSON or YAML. Throws ApiError (400, 413, 415). */
export async function decodeObject({request}: Exchange, expected: Expected, validation: FieldValidation): Promise<Decoded> {
  const type = mediaType(request.headers['content-type']);
  if (!BODY_TYPES.includes(type)) throw unsupportedMediaType(BODY_TYPES);
  const describe = (why: string, excerpt: string): string =>
    `the object provided is unrecognized (must be of type ${expected.kind}): couldn't get version/kind; json parse error: ${why} (${excerpt})`;
  const {value, json} = await readValue(request, type, describe);
  const object = ofKind(value, expected);
  return checkObject(object, json === null ? [] : findDuplicateFields(json), expected, validation);
}

/** `application/json; charset=utf-8` without its parameters; JSON where nothing is said. */
export function mediaType(header: string | undefined): string {
  return (header ?? 'application/json').split(';')[0]?.trim().toLowerCase() ?? '';
}

/** Holds an object against its schema: what it does not know is dropped, and refused or warned about as was asked for. */
export function checkObject(
  object: KubernetesObject,
  duplicate: readonly string[],
  expected: Expected,
  validation: FieldValidation,
): Decoded {
  const {unknown, typeError, known} = checkFields(object);
  const handled = `${expected.kind} in version "${expected.version}" cannot be handled as a ${expected.kind}`;
  if (typeError !== null) throw badRequest(`${handled}: ${typeError}`);
  const problems = unknown.length + duplicate.length;
  if (validation === 'Strict' && problems > 0) throw badRequest(`${handled}: ${strictDecodingError(unknown, duplicate)}`);
  const warnings = validation === 'Warn' ? fieldWarnings(unknown, duplicate) : [];
  return {object: known, warnings};
}

export function fieldWarnings(unknown: readonly string[], duplicate: readonly string[]): string[] {
  return [...duplicate.map((field) => `duplicate field "${field}"`), ...unknown.map((field) => `unknown field "${field}"`)];
}

/** The value as an object of the expected kind; a missing apiVersion or kind is filled in, as the API server does. */
export function ofKind(value: unknown, expected: Expected): KubernetesObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest(`the object provided is unrecognized (must be of type ${expected.kind}): it is no JSON object`);
  }
  const {apiVersion = '', kind = '', ...rest} = value as KubernetesObject;
  const wanted = apiVersionOf(expected);
  const metadata = rest.metadata;
  if (metadata !== undefined && (typeof metadata !== 'object' || Array.isArray(metadata))) {
    throw badRequest(
      `${expected.kind} in version "${expected.version}" cannot be handled as a ${expected.kind}: metadata is no JSON object`,
    );
  }
  if (kind !== '' && kind !== expected.kind) {
    throw badRequest(`${kind} in version ${JSON.stringify(String(apiVersion))} cannot be handled as a ${expected.kind}: the kinds differ`);
  }
  if (apiVersion !== '' && apiVersion !== wanted) {
    throw badRequest(`the API version in the data (${apiVersion}) does not match the expected API version (${wanted})`);
  }
  return {apiVersion: wanted, kind: expected.kind, ...rest, metadata: metadata ?? {}};
}
