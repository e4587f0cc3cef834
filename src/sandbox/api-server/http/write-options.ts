import type {StatusCause} from '../../api.ts';
import {invalidOptions} from '../errors.ts';
import {managerOf} from '../patch/index.ts';
import type {Exchange} from './exchange.ts';

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

/** The parameters that every write takes. */
export interface WriteParameters {
  readonly dryRun: boolean;
  readonly manager: string;
  readonly fieldValidation: FieldValidation;
}

/** Reads and checks them; `kind` names the options in messages (`CreateOptions`). Throws ApiError 422. */
export function parseWriteParameters({query, request}: Pick<Exchange, 'query' | 'request'>, kind: string): WriteParameters {
  const dryRun = query.getAll('dryRun').filter((value) => value !== '');
  const validation = query.get('fieldValidation') ?? '';
  const fieldManager = query.get('fieldManager');
  const causes = [...dryRunCauses(dryRun), ...validationCauses(validation), ...managerCauses(fieldManager ?? '')];
  if (causes.length > 0) throw invalidOptions(kind, causes);
  return {
    dryRun: dryRun.length > 0,
    manager: managerOf(fieldManager, request.headers['user-agent'] ?? ''),
    fieldValidation: validation === '' ? 'Warn' : (validation as FieldValidation),
  };
}

export function dryRunCauses(values: readonly string[]): StatusCause[] {
  if (values.every((value) => value === 'All')) return [];
  return [notSupported('dryRun', JSON.stringify(values), ['All'])];
}

function validationCauses(value: string): StatusCause[] {
  const known = ['', 'Ignore', 'Strict', 'Warn'];
  return known.includes(value) ? [] : [notSupported('fieldValidation', JSON.stringify(value), known)];
}

function managerCauses(manager: string): StatusCause[] {
  if (manager.length <= 128 && /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u.test(manager)) return [];
  const why =
    manager.length > 128
      ? 'Too long: may not be more than 128 bytes'
      : `Invalid value: ${JSON.stringify(manager)}: should contain only printable characters`;
  return [{reason: manager.length > 128 ? 'FieldValueTooLong' : 'FieldValueInvalid', message: why, field: 'fieldManager'}];
}

export function notSupported(field: string, value: string, known: readonly string[]): StatusCause {
  const list = known.map((each) => JSON.stringify(each)).join(', ');
  return {reason: 'FieldValueNotSupported', message: `Unsupported value: ${value}: supported values: ${list}`, field};
}
