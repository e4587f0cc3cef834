import {readFields, type WireField} from './wire.ts';

/** One value by the type's name of the distilled file, in the form that JSON has it. */
export function readScalar(type: string, {value}: WireField): unknown {
  const bytes = Buffer.isBuffer(value) ? value : Buffer.alloc(0);
  const number = typeof value === 'bigint' ? value : 0n;
  switch (type) {
    case 'string':
      return bytes.toString();
    case 'bytes':
      return bytes.toString('base64');
    case 'bool':
      return number !== 0n;
    case 'int':
    case 'duration':
      return Number(BigInt.asIntN(64, number));
    case 'double':
      return doubleOf(number);
    case 'time':
    case 'micro-time':
      return timeOf(bytes, type === 'micro-time');
    case 'quantity':
      return textField(bytes, 1);
    case 'int-or-string':
      return intOrString(bytes);
    case 'raw':
      return rawJson(bytes);
    default:
      throw new Error(`a field of type ${type} cannot be read`);
  }
}

function doubleOf(bits: bigint): number {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(bits);
  return bytes.readDoubleLE();
}

/** Seconds and nanoseconds; nothing at all for a time that is not set. */
function timeOf(bytes: Buffer, micro: boolean): string | null {
  const {seconds, nanos} = secondsAndNanos(bytes);
  if (bytes.length === 0) return null;
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19);
  return !micro ? `${whole}Z` : `${whole}.${String(Math.floor(nanos / 1000)).padStart(6, '0')}Z`;
}

function secondsAndNanos(bytes: Buffer): {seconds: number; nanos: number} {
  const values = numbers(bytes);
  return {seconds: values.get(1) ?? 0, nanos: values.get(2) ?? 0};
}

/** The kind of value (0 a number, 1 text), the number, the text. */
function intOrString(bytes: Buffer): number | string {
  const values = numbers(bytes);
  return values.get(1) === 1 ? textField(bytes, 3) : (values.get(2) ?? 0);
}

function numbers(bytes: Buffer): Map<number, number> {
  return new Map(
    readFields(bytes).flatMap(({number, value}) =>
      typeof value === 'bigint' ? [[number, Number(BigInt.asIntN(64, value))] as const] : [],
    ),
  );
}

function textField(bytes: Buffer, wanted: number): string {
  const field = readFields(bytes).find(({number}) => number === wanted);
  return field !== undefined && Buffer.isBuffer(field.value) ? field.value.toString() : '';
}

function rawJson(bytes: Buffer): unknown {
  const text = textField(bytes, 1);
  return text === '' ? null : (JSON.parse(text) as unknown);
}
