import type {ScalarType} from './types.ts';

/** A finished complaint, or what Go's decoder got and wanted. */
type ScalarProblem = string | {readonly got: string; readonly want: string};

/** What the API server's decoder says of a value that should be of a scalar type; null where it is one. */
export function scalarProblem(value: unknown, type: ScalarType): ScalarProblem | null {
  return CHECKS[type](value);
}

const CHECKS: Readonly<Record<ScalarType, (value: unknown) => ScalarProblem | null>> = {
  string: (value) => (typeof value === 'string' ? null : {got: kindOf(value), want: 'string'}),
  boolean: (value) => (typeof value === 'boolean' ? null : {got: kindOf(value), want: 'bool'}),
  number: (value) => (typeof value === 'number' ? null : {got: kindOf(value), want: 'float64'}),
  int32: (value) => integerProblem(value, 'int32', 2 ** 31),
  int64: (value) => integerProblem(value, 'int64', 2 ** 63),
  'int-or-string': (value) => (typeof value === 'string' ? null : integerProblem(value, 'int32', 2 ** 31)),
  byte: byteProblem,
  quantity: (value) => (isQuantity(value) ? null : `quantities must match the regular expression '${QUANTITY}'`),
  'date-time': timeProblem,
  'micro-time': timeProblem,
  object: (value) => (kindOf(value) === 'object' ? null : {got: kindOf(value), want: 'map[string]interface {}'}),
  any: () => null,
};

function integerProblem(value: unknown, want: string, limit: number): ScalarProblem | null {
  if (typeof value !== 'number') return {got: kindOf(value), want};
  if (Number.isInteger(value) && value >= -limit && value < limit) return null;
  return {got: `number ${value}`, want};
}

function byteProblem(value: unknown): ScalarProblem | null {
  if (typeof value !== 'string') return {got: kindOf(value), want: '[]uint8'};
  const text = value.replace(/[\r\n]/g, '');
  const offender = text.search(/[^A-Za-z0-9+/=]/);
  if (offender !== -1) return `illegal base64 data at input byte ${offender}`;
  if (/^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0) return null;
  const padding = text.indexOf('=');
  return `illegal base64 data at input byte ${padding === -1 ? text.length - (text.length % 4) : padding}`;
}

const QUANTITY = '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$';
const WELL_FORMED = /^[+-]?(\d+\.?\d*|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;

function isQuantity(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value === 'string' && value.length < 100 && WELL_FORMED.test(value);
}

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

function timeProblem(value: unknown): ScalarProblem | null {
  if (typeof value !== 'string') return {got: kindOf(value), want: 'string'};
  if (RFC3339.test(value) && !Number.isNaN(Date.parse(value))) return null;
  const year = /^\d{4}/.test(value) ? value.slice(4) : value;
  const expected = /^\d{4}/.test(value) ? '-' : '2006';
  const quoted = JSON.stringify(value);
  return `parsing time ${quoted} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(year)} as ${JSON.stringify(expected)}`;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : value === null ? 'null' : typeof value;
}
