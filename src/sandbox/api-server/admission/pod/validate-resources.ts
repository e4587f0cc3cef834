import {parseQuantity} from '../../../quantity.ts';
import {type FieldError, invalid, invalidFor} from '../rules/field-error.ts';
import {qualifiedName} from '../rules/names.ts';
import type {Resources} from './types.ts';

/** Requests and limits of a container. */
export function validateResources({limits = {}, requests = {}}: Resources, field: string): FieldError[] {
  return [
    ...Object.entries(limits).flatMap(([name, value]) => validateEntry(name, value, `${field}.limits[${name}]`)),
    ...Object.entries(requests).flatMap(([name, value]) => [
      ...validateEntry(name, value, `${field}.requests[${name}]`),
      ...withinLimit(name, value, limits, `${field}.requests`),
    ]),
  ];
}

const FOR_CONTAINERS = ['cpu', 'memory', 'ephemeral-storage'];

function validateEntry(name: string, value: string | number, field: string): FieldError[] {
  const amount = parseQuantity(value);
  return [...validateName(name, field), ...(amount < 0 ? [invalid(field, String(value), 'must be greater than or equal to 0')] : [])];
}

function validateName(name: string, field: string): FieldError[] {
  const malformed = invalidFor(field, name, qualifiedName(name));
  if (malformed.length > 0 || name.includes('/') || FOR_CONTAINERS.includes(name) || name.startsWith('hugepages-')) return malformed;
  return [
    invalid(field, name, 'must be a standard resource type or fully qualified'),
    invalid(field, name, 'must be a standard resource for containers'),
  ];
}

/** Only CPU, memory and storage can be promised beyond what is guaranteed; others (GPUs) must be equal. */
function withinLimit(name: string, value: string | number, limits: Readonly<Record<string, string | number>>, field: string): FieldError[] {
  const limit = Object.hasOwn(limits, name) ? limits[name] : undefined;
  if (limit === undefined) return [];
  const [wanted, most] = [parseQuantity(value), parseQuantity(limit)];
  const overcommits = FOR_CONTAINERS.includes(name);
  if (!overcommits && wanted !== most) return [invalid(field, String(value), `must be equal to ${name} limit of ${limit}`)];
  return wanted > most ? [invalid(field, String(value), `must be less than or equal to ${name} limit of ${limit}`)] : [];
}
