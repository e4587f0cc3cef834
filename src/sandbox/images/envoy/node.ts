/** What is wrong with a configuration, with the path of the field. */
export class EnvoyConfigError extends Error {
  constructor(path: string, message: string) {
    super(path === '' ? message : `${path}: ${message}`);
    this.name = 'EnvoyConfigError';
  }
}

/** One value of a configuration with the path that leads to it: it reads strictly, so that nothing is passed over in silence. */
export interface ConfigNode {
  readonly path: string;
  readonly value: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/** An object's fields. Only those in `known` are read and those in `ignored` make no difference here; any other one is an error. */
export function fieldsOf(node: ConfigNode, known: readonly string[], ignored: readonly string[] = []): (name: string) => ConfigNode {
  const {value, path} = node;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new EnvoyConfigError(path, 'an object is wanted here');
  for (const name of Object.keys(value)) {
    if (!known.includes(name) && !ignored.includes(name)) {
      throw new EnvoyConfigError(path === '' ? name : `${path}.${name}`, "no field of this sandbox's Envoy has this name");
    }
  }
  return (name) => ({path: path === '' ? name : `${path}.${name}`, value: (value as Fields)[name]});
}

/** Whether there is anything at all. */
export function isSet(node: ConfigNode): boolean {
  return node.value !== undefined && node.value !== null;
}

/** The items of a list; none where it is left out. */
export function itemsOf({value, path}: ConfigNode): readonly ConfigNode[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new EnvoyConfigError(path, 'a list is wanted here');
  return value.map((item: unknown, index) => ({path: `${path}[${index}]`, value: item}));
}

export function textOf(node: ConfigNode, otherwise?: string): string {
  if (typeof node.value === 'string' || typeof node.value === 'number') return String(node.value);
  if (!isSet(node) && otherwise !== undefined) return otherwise;
  throw new EnvoyConfigError(node.path, isSet(node) ? 'text is wanted here' : 'is missing');
}

export function numberOf(node: ConfigNode, otherwise?: number): number {
  const number = typeof node.value === 'string' && node.value !== '' ? Number(node.value) : node.value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  if (!isSet(node) && otherwise !== undefined) return otherwise;
  throw new EnvoyConfigError(node.path, isSet(node) ? 'a number is wanted here' : 'is missing');
}

/** A duration as protobuf's JSON has it (`0.25s`), in milliseconds. */
export function durationOf(node: ConfigNode, otherwise: number): number {
  if (!isSet(node)) return otherwise;
  const match = /^(\d+(?:\.\d+)?)s$/.exec(textOf(node));
  if (match === null) throw new EnvoyConfigError(node.path, 'a duration in seconds is wanted here, such as 0.25s');
  return Number(match[1]) * 1000;
}

/** One of the words, or an error that names them. */
export function wordOf<Word extends string>(node: ConfigNode, words: readonly Word[], otherwise: Word): Word {
  const text = textOf(node, otherwise);
  const word = words.find((each) => each === text);
  if (word === undefined)
    throw new EnvoyConfigError(node.path, `"${text}" is not available here; ${words.join(', ')} ${words.length > 1 ? 'are' : 'is'}`);
  return word;
}
