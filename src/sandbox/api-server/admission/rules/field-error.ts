import {ApiError, type StatusCause} from '../../../api.ts';

/** The kinds of field errors that the API knows; they are the `reason` of a Status' causes. */
type FieldErrorType =
  | 'FieldValueNotFound'
  | 'FieldValueRequired'
  | 'FieldValueDuplicate'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'InternalError';

export interface FieldError {
  readonly type: FieldErrorType;
  /** `spec.ports[0].port` */
  readonly field: string;
  /** Without the field: `Invalid value: 0: must be between 1 and 65535, inclusive`. */
  readonly body: string;
}

export function required(field: string, detail = ''): FieldError {
  return {type: 'FieldValueRequired', field, body: withDetail('Required value', detail)};
}

export function invalid(field: string, value: unknown, detail: string): FieldError {
  return {type: 'FieldValueInvalid', field, body: withDetail(`Invalid value: ${show(value)}`, detail)};
}

export function forbidden(field: string, detail: string): FieldError {
  return {type: 'FieldValueForbidden', field, body: withDetail('Forbidden', detail)};
}

export function duplicate(field: string, value: unknown): FieldError {
  return {type: 'FieldValueDuplicate', field, body: `Duplicate value: ${show(value)}`};
}

export function notFound(field: string, value: unknown): FieldError {
  return {type: 'FieldValueNotFound', field, body: `Not found: ${show(value)}`};
}

export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const values = `supported values: ${supported.map((each) => JSON.stringify(each)).join(', ')}`;
  return {type: 'FieldValueNotSupported', field, body: `Unsupported value: ${show(value)}: ${values}`};
}

export function tooMany(field: string, actual: number, most: number): FieldError {
  return {type: 'FieldValueTooMany', field, body: `Too many: ${actual}: must have at most ${most} ${most === 1 ? 'item' : 'items'}`};
}

export function tooLong(field: string, most: number): FieldError {
  return {type: 'FieldValueTooLong', field, body: `Too long: may not be more than ${most} ${most === 1 ? 'byte' : 'bytes'}`};
}

/** One error for each complaint about one value. */
export function invalidFor(field: string, value: unknown, complaints: readonly string[]): FieldError[] {
  return complaints.map((complaint) => invalid(field, value, complaint));
}

/** The API's 422: `Service "x" is invalid: spec.ports: Required value`, several errors in brackets, doubles once. */
export function invalidObject(group: string, kind: string, name: string, errors: readonly FieldError[]): ApiError {
  const messages = [...new Set(errors.map(({field, body}) => `${field}: ${body}`))];
  const text = messages.length === 1 ? messages[0] : `[${messages.join(', ')}]`;
  const causes: StatusCause[] = errors.map(({type, field, body}) => ({reason: type, message: body, field}));
  const qualified = group === '' ? kind : `${kind}.${group}`;
  return new ApiError(422, 'Invalid', `${qualified} ${JSON.stringify(name)} is invalid: ${text}`, {name, group, kind, causes});
}

function withDetail(text: string, detail: string): string {
  return detail === '' ? text : `${text}: ${detail}`;
}

function show(value: unknown): string {
  return value === undefined ? 'null' : JSON.stringify(value);
}
