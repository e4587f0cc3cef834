import {readFileSync} from 'node:fs';

interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
}

const KNOWN = new Set(
  '$schema $defs $ref title description type enum const anyOf items properties required additionalProperties'.split(' '),
);

/** What in a value is not as `schemas/NAME.json` says, a line per place; empty where it is valid. Keywords that it does not know throw. */
export function violations(name: string, value: unknown): string[] {
  const schema = JSON.parse(readFileSync(`schemas/${name}.json`, 'utf8')) as Schema;
  return check(schema, value, '$', schema.$defs ?? {});
}

function check(schema: Schema, value: unknown, at: string, defs: Readonly<Record<string, Schema>>): string[] {
  for (const keyword of Object.keys(schema)) if (!KNOWN.has(keyword)) throw new Error(`${at}: no rule for the keyword ${keyword}`);
  if (schema.$ref) return check(defined(schema.$ref, defs), value, at, defs);
  if (schema.anyOf) {
    const tries = schema.anyOf.map((option) => check(option, value, at, defs));
    return tries.some((found) => found.length === 0)
      ? []
      : [`${at}: none of ${tries.length} alternatives: ${tries.flat().slice(0, 3).join('; ')}`];
  }
  if (schema.enum && !schema.enum.includes(value)) return [`${at}: ${JSON.stringify(value)} is none of ${JSON.stringify(schema.enum)}`];
  if ('const' in schema && schema.const !== value) return [`${at}: ${JSON.stringify(value)} is not ${JSON.stringify(schema.const)}`];
  if (schema.type && ![schema.type].flat().includes(typeOf(value)))
    return [`${at}: ${typeOf(value)} is not ${[schema.type].flat().join(' or ')}`];
  if (Array.isArray(value)) return value.flatMap((item, index) => check(schema.items ?? {}, item, `${at}[${index}]`, defs));
  return value !== null && typeof value === 'object' ? checkObject(schema, value as Record<string, unknown>, at, defs) : [];
}

function checkObject(schema: Schema, value: Record<string, unknown>, at: string, defs: Readonly<Record<string, Schema>>): string[] {
  const missing = (schema.required ?? []).filter((key) => !(key in value)).map((key) => `${at}.${key}: missing`);
  const wrong = Object.entries(value).flatMap(([key, item]) => {
    const of = schema.properties?.[key] ?? schema.additionalProperties ?? {};
    if (of === false) return [`${at}.${key}: not in the schema`];
    return check(of === true ? {} : of, item, `${at}.${key}`, defs);
  });
  return [...missing, ...wrong];
}

function defined(ref: string, defs: Readonly<Record<string, Schema>>): Schema {
  const schema = defs[ref.replace('#/$defs/', '')];
  if (!schema) throw new Error(`there is no definition ${ref}`);
  return schema;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
