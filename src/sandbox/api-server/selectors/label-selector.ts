import {badRequest} from '../errors.ts';

type Labels = Readonly<Record<string, string>>;
export type Matches<T> = (subject: T) => boolean;

/** `in`, `notin`, symbols and words of the selector language. */
const TOKEN = /\s*(,|\(|\)|!=|==|=|!|<|>|[^\s,()!=<>]+|$)/y;

/**
 * Parses `app=quote,tier!=web,env in (a,b),env notin (c),ready,!gone,rank>3` into a test of labels; null where it admits everything.
 * Throws ApiError BadRequest. The language is that of the API reference, "Labels and Selectors".
 */
export function parseLabelSelector(text: string): Matches<Labels> | null {
  const tokens = tokenize(text);
  if (tokens.length === 0) return null;
  const requirements: Matches<Labels>[] = [];
  for (let more = true; more; ) {
    requirements.push(parseRequirement(tokens));
    const separator = tokens.shift();
    if (separator !== undefined && separator !== ',') throw unparsable(`found '${separator}', expected: ',' or 'end of string'`);
    more = separator === ',';
  }
  return (labels) => requirements.every((holds) => holds(labels));
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const token = TOKEN.exec(text)?.[1] ?? '';
    if (token === '') break;
    tokens.push(token);
  }
  return tokens;
}

function parseRequirement(tokens: string[]): Matches<Labels> {
  const negated = tokens[0] === '!';
  if (negated) tokens.shift();
  const key = parseKey(tokens);
  if (negated) return (labels) => !Object.hasOwn(labels, key);
  const operator = tokens[0];
  if (operator === undefined || operator === ',') return (labels) => Object.hasOwn(labels, key);
  tokens.shift();
  switch (operator) {
    case '=':
    case '==':
      return equals(key, parseValue(tokens));
    case '!=':
      return not(equals(key, parseValue(tokens)));
    case 'in':
      return isIn(key, parseValues(tokens));
    case 'notin':
      return not(isIn(key, parseValues(tokens)));
    case '>':
    case 'gt':
      return compares(key, parseNumber(key, tokens), (label, bound) => label > bound);
    case '<':
    case 'lt':
      return compares(key, parseNumber(key, tokens), (label, bound) => label < bound);
    default:
      throw unparsable(`found '${operator}', expected: in, notin, =, ==, !=, gt, lt`);
  }
}

function parseKey(tokens: string[]): string {
  const key = tokens.shift();
  if (key === undefined || /^[,()!=<>]+$/.test(key)) throw unparsable(`found '${key ?? ''}', expected: !, identifier, or 'end of string'`);
  if (!QUALIFIED_NAME.test(key))
    throw badRequest(`unable to parse requirement: <nil>: Invalid value: ${JSON.stringify(key)}: ${NAME_RULE}`);
  return key;
}

/** An optional DNS subdomain with a slash, and a name of at most 63 characters. */
const QUALIFIED_NAME = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const NAME_RULE =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

/** A value may be left out: `app=` asks for the empty string. */
function parseValue(tokens: string[]): string {
  const value = tokens[0];
  if (value === undefined || value === ',') return '';
  if (/^[()!=<>]+$/.test(value)) throw unparsable(`found '${value}', expected: identifier`);
  tokens.shift();
  return checkedValue(value);
}

function parseValues(tokens: string[]): ReadonlySet<string> {
  const open = tokens.shift();
  if (open !== '(') throw unparsable(`found '${open ?? ''}' expected: '('`);
  const values = new Set<string>();
  for (let token = tokens.shift(); token !== ')'; token = tokens.shift()) {
    if (token === undefined) throw unparsable("found '', expected: ',' or ')'");
    if (token === ',') {
      if (tokens[0] === ',' || tokens[0] === ')') values.add('');
      continue;
    }
    values.add(checkedValue(token));
  }
  if (values.size === 0) values.add('');
  return values;
}

function checkedValue(value: string): string {
  if (LABEL_VALUE.test(value)) return value;
  throw badRequest(
    `unable to parse requirement: values[0][]: Invalid value: ${JSON.stringify(value)}: a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.'`,
  );
}

function parseNumber(key: string, tokens: string[]): bigint {
  const text = tokens.shift() ?? '';
  if (!/^-?\d+$/.test(text))
    throw badRequest(
      `unable to parse requirement: values[0][${key}]: Invalid value: ${JSON.stringify(text)}: for 'Gt', 'Lt' operators, the value must be an integer`,
    );
  return BigInt(text);
}

function equals(key: string, value: string): Matches<Labels> {
  return (labels) => Object.hasOwn(labels, key) && labels[key] === value;
}

function isIn(key: string, values: ReadonlySet<string>): Matches<Labels> {
  return (labels) => Object.hasOwn(labels, key) && values.has(labels[key] ?? '');
}

function compares(key: string, bound: bigint, test: (label: bigint, bound: bigint) => boolean): Matches<Labels> {
  return (labels) => Object.hasOwn(labels, key) && /^-?\d+$/.test(labels[key] ?? '') && test(BigInt(labels[key] ?? ''), bound);
}

function not<T>(matches: Matches<T>): Matches<T> {
  return (subject) => !matches(subject);
}

function unparsable(why: string): Error {
  return badRequest(`unable to parse requirement: ${why}`);
}
