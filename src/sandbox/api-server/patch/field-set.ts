import {isRecord, type JsonRecord} from './record.ts';

/** One place in an object, element by element as fieldsV1 writes them: `f:spec`, `k:{"name":"a"}`, `v:"x"`. */
export type Path = readonly string[];

/** A set of places. Upstream: structured-merge-diff, fieldpath. */
export class FieldSet {
  readonly #paths: ReadonlyMap<string, Path>;

  constructor(paths: Iterable<Path> = []) {
    this.#paths = new Map([...paths].map((path) => [keyOf(path), path]));
  }

  get isEmpty(): boolean {
    return this.#paths.size === 0;
  }

  has(path: Path): boolean {
    return this.#paths.has(keyOf(path));
  }

  paths(): Path[] {
    return [...this.#paths.values()];
  }

  union(other: FieldSet): FieldSet {
    return new FieldSet([...this.#paths.values(), ...other.#paths.values()]);
  }

  minus(other: FieldSet): FieldSet {
    return this.filter((path) => !other.has(path));
  }

  intersect(other: FieldSet): FieldSet {
    return this.filter((path) => other.has(path));
  }

  filter(keeps: (path: Path) => boolean): FieldSet {
    return new FieldSet(this.paths().filter(keeps));
  }

  equals(other: FieldSet): boolean {
    return this.#paths.size === other.#paths.size && this.paths().every((path) => other.has(path));
  }
}

function keyOf(path: Path): string {
  return path.join('\u0000');
}

/** fieldsV1, sorted so that equal sets are written equally. */
export function encodeFields(set: FieldSet): JsonRecord {
  const root: Node = {children: new Map(), isMember: false};
  for (const path of set.paths()) {
    let node = root;
    for (const element of path) {
      const child = node.children.get(element) ?? {children: new Map(), isMember: false};
      node.children.set(element, child);
      node = child;
    }
    node.isMember = true;
  }
  return encodeNode(root);
}

interface Node {
  readonly children: Map<string, Node>;
  isMember: boolean;
}

function encodeNode({children, isMember}: Node): JsonRecord {
  const sorted = [...children].sort(([one], [other]) => (one < other ? -1 : 1));
  const own: [string, JsonRecord][] = isMember && children.size > 0 ? [['.', {}]] : [];
  return Object.fromEntries([...own, ...sorted.map(([element, child]) => [element, encodeNode(child)] as const)]);
}

export function decodeFields(fields: unknown): FieldSet {
  const paths: Path[] = [];
  const pending: [unknown, Path][] = [[fields, []]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [node, path] = next;
    const entries = isRecord(node) ? Object.entries(node) : [];
    const isMember = path.length > 0 && (entries.length === 0 || entries.some(([element]) => element === '.'));
    if (isMember) paths.push(path);
    for (const [element, child] of entries) if (element !== '.') pending.push([child, [...path, element]]);
  }
  return new FieldSet(paths);
}

/** `.spec.containers[name="a"].image`, as the API's messages write a place. */
export function formatPath(path: Path): string {
  return path
    .map((element) => {
      const rest = element.slice(2);
      if (element.startsWith('f:')) return `.${rest}`;
      if (element.startsWith('k:')) return `[${formatKeys(rest)}]`;
      return element.startsWith('v:') ? `[=${rest}]` : `[${rest}]`;
    })
    .join('');
}

function formatKeys(json: string): string {
  const keys = JSON.parse(json) as JsonRecord;
  return Object.entries(keys)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',');
}
