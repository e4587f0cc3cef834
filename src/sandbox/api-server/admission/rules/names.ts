// Syntax of names in the API: the rules of RFC 1123 and others as Kubernetes reads them, each giving its complaints in the API's words.

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const CONFIG_KEY = '[-._a-zA-Z0-9]+';

/** A lowercase RFC 1123 label, up to 63 characters. */
export function dns1123Label(value: string): string[] {
  const complaints = tooLongFor(value, 63);
  if (matches(value, LABEL)) return complaints;
  if (matches(value, SUBDOMAIN)) return [...complaints, 'must not contain dots'];
  const rule =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
  return [...complaints, patternError(rule, LABEL, 'my-name', '123-abc')];
}

/** A lowercase RFC 1123 subdomain, up to 253 characters. */
export function dns1123Subdomain(value: string): string[] {
  const complaints = tooLongFor(value, 253);
  if (matches(value, SUBDOMAIN)) return complaints;
  const rule =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
  return [...complaints, patternError(rule, SUBDOMAIN, 'example.com')];
}

/** A label's key, an annotation's key, a finalizer: a name with an optional DNS prefix. */
export function qualifiedName(value: string): string[] {
  const parts = value.split('/');
  const rule = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
  const pattern = patternError(rule, QUALIFIED, 'MyName', 'my.name', '123-abc');
  if (parts.length > 2) return [`a valid label key ${pattern} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  const name = parts.at(-1) ?? '';
  const complaints = parts.length === 2 ? prefixComplaints(parts[0] ?? '') : [];
  if (name === '') complaints.push('name part must be non-empty');
  else complaints.push(...tooLongFor(name, 63).map((each) => `name part ${each}`));
  if (!matches(name, QUALIFIED)) complaints.push(`name part ${pattern}`);
  return complaints;
}

function prefixComplaints(prefix: string): string[] {
  return prefix === '' ? ['prefix part must be non-empty'] : dns1123Subdomain(prefix).map((each) => `prefix part ${each}`);
}

export function labelValue(value: string): string[] {
  const complaints = tooLongFor(value, 63);
  if (matches(value, `(${QUALIFIED})?`)) return complaints;
  const rule =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
  return [...complaints, patternError(rule, `(${QUALIFIED})?`, 'MyValue', 'my_value', '12345')];
}

/** A key of a ConfigMap or Secret: it becomes a file's name. */
export function configKey(value: string): string[] {
  const complaints = tooLongFor(value, 253);
  if (!matches(value, CONFIG_KEY)) {
    const rule = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
    complaints.push(patternError(rule, CONFIG_KEY, 'key.name', 'KEY_NAME', 'key-name'));
  }
  if (value === '.') complaints.push("must not be '.'");
  else if (value === '..') complaints.push("must not be '..'");
  else if (value.startsWith('..')) complaints.push("must not start with '..'");
  return complaints;
}

/** An environment variable's name, as 1.34 relaxed it. */
export function envVarName(value: string): string[] {
  if (value === '') return ['environment variable name must be non-empty'];
  if (/^[\x20-\x3c\x3e-\x7e]*$/.test(value)) return [];
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

/** A port's name (RFC 6335): up to 15 of a-z, 0-9 and single hyphens, with a letter. */
export function portName(value: string): string[] {
  const complaints = tooLongFor(value, 15);
  if (!/^[-a-z0-9]+$/.test(value)) complaints.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(value)) complaints.push('must contain at least one letter (a-z)');
  if (value.includes('--')) complaints.push('must not contain consecutive hyphens');
  if (value.startsWith('-') || value.endsWith('-')) complaints.push('must not begin or end with a hyphen');
  return complaints;
}

export function portNumber(value: number): string[] {
  return Number.isInteger(value) && value >= 1 && value <= 65535 ? [] : ['must be between 1 and 65535, inclusive'];
}

/** The checks of a name that may still get characters appended (`metadata.generateName`): its last dashes do not count. */
export function asPrefix(check: (value: string) => string[]): (value: string) => string[] {
  return (value) => check(value.endsWith('-') && value.length > 1 ? `${value.slice(0, -2)}a` : value);
}

function tooLongFor(value: string, most: number): string[] {
  return Buffer.byteLength(value) > most ? [`must be no more than ${most} characters`] : [];
}

const compiled = new Map<string, RegExp>();

function matches(value: string, pattern: string): boolean {
  const expression = compiled.get(pattern) ?? new RegExp(`^(?:${pattern})$`);
  compiled.set(pattern, expression);
  return value.length < 10_000 && expression.test(value);
}

function patternError(rule: string, pattern: string, ...examples: readonly string[]): string {
  return `${rule} (e.g. ${examples.map((each) => `'${each}', `).join(' or ')}regex used for validation is '${pattern}')`;
}
