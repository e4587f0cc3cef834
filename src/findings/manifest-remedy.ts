import {list, record, text} from '../view/index.ts';

// Rules word their remedies for a cluster, as a command to paste. For files that are not applied yet the same change is told in the file's words.

const KINDS: Readonly<Record<string, string>> = {
  service: 'Service',
  endpoints: 'Endpoints',
  endpointslice: 'EndpointSlice',
  networkpolicy: 'NetworkPolicy',
  ingress: 'Ingress',
  httproute: 'HTTPRoute',
  grpcroute: 'GRPCRoute',
  pod: 'Pod',
  node: 'Node',
};
const PLAIN_KEY = /^[\w-]+$/;
const PLAIN_VALUE = /^[A-Za-z][\w./-]*$/;

/** The remedy with its command, which stands last, as a change to a manifest; as it is where the command only looks, or makes something new. */
export function inManifestWords(remedy: string): string {
  const at = remedy.search(/(?<=^|[:;] )kubectl /);
  if (at < 0) return remedy;
  const before = remedy.slice(0, at);
  const [, ...args] = words(remedy.slice(at));
  const [verb = '', ...rest] = args[0] === '-n' ? args.slice(2) : args;
  const told = changeOf(
    verb,
    rest.filter((word) => !word.startsWith('--')),
  );
  if (told === null) return remedy;
  return verb === 'edit' && before !== '' ? `${before.replace(/: $/, '')}, ${told}` : `${before}${told}`;
}

function changeOf(verb: string, rest: readonly string[]): string | null {
  const [kind = '', name = '', ...more] = verb === 'set' ? rest.slice(1) : rest;
  const place = `in the manifest of ${KINDS[kind] ?? kind} ${name}`;
  switch (verb) {
    case 'edit':
      return place;
    case 'delete':
      return name === '-l' ? null : `take ${KINDS[kind] ?? kind} ${[name, ...more].join(', ')} out of the files`;
    case 'set':
      return `${place}, set ${more.map((pair) => assignment('spec.selector', pair)).join(', ')}`;
    case 'label':
    case 'annotate':
      return `${place}, ${more.map((pair) => metadataChange(verb, pair)).join(', ')}`;
    case 'patch': {
      const steps = stepsOf(more.at(-1) ?? '');
      return steps === null ? null : `${place}, ${steps.join(', ')}`;
    }
    default:
      return null;
  }
}

function metadataChange(verb: 'label' | 'annotate', pair: string): string {
  const field = verb === 'label' ? 'metadata.labels' : 'metadata.annotations';
  return pair.endsWith('-') && !pair.includes('=') ? `remove ${field}${step(pair.slice(0, -1))}` : `set ${assignment(field, pair)}`;
}

function assignment(field: string, pair: string): string {
  const at = pair.indexOf('=');
  return `${field}${step(pair.slice(0, at))}: ${flow(pair.slice(at + 1))}`;
}

/** What a merge patch or a JSON patch does, in words; null for what is neither. */
function stepsOf(patch: string): readonly string[] | null {
  const parsed: unknown = JSON.parse(patch);
  if (!Array.isArray(parsed)) return leaves('', parsed);
  return list(parsed).map(({op, path, value}) => {
    const steps = (text(path) ?? '').split('/').slice(1);
    const field = fieldOf(steps.filter((each) => each !== '-'));
    if (op === 'remove') return `remove ${field}`;
    return steps.at(-1) === '-' ? `add to ${field}: ${flow(value)}` : `set ${field}: ${flow(value)}`;
  });
}

function leaves(field: string, value: unknown): readonly string[] {
  if (value === null) return [`remove ${field}`];
  if (typeof value !== 'object' || Array.isArray(value)) return [`set ${field}: ${flow(value)}`];
  return Object.entries(record(value)).flatMap(([key, inner]) => leaves(field === '' ? key : `${field}${step(key)}`, inner));
}

/** `spec.ports[0].targetPort` of the steps of a JSON pointer. */
function fieldOf(steps: readonly string[]): string {
  return steps
    .map((each) => each.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((each, index) => (index === 0 ? each : /^\d+$/.test(each) ? `[${each}]` : step(each)))
    .join('');
}

function step(key: string): string {
  return PLAIN_KEY.test(key) ? `.${key}` : `["${key}"]`;
}

/** A value as YAML has it on one line. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, inner]) => `${key}: ${flow(inner)}`)
      .join(', ')}}`;
  }
  return typeof value === 'string' && PLAIN_VALUE.test(value) ? value : JSON.stringify(value);
}

/** The words of a command as `shell` in words.ts has quoted them. */
function words(command: string): readonly string[] {
  const found = command.match(/(?:'[^']*'|\\'|[^\s'])+/g) ?? [];
  return found.map((word) => word.replaceAll(/'([^']*)'|\\'/g, (_, quoted?: string) => quoted ?? "'"));
}
