import {type Document, isMap, isScalar, isSeq, LineCounter, type ParsedNode, parseAllDocuments, type Tags} from 'yaml';

/** One document of a YAML or JSON text. */
export interface YamlDocument {
  /** Line of its first node, from 1. */
  readonly line: number;
  readonly value: unknown;
  /** Where a path of keys and indexes stands, or its nearest parent that is there; the line of the key where there is one. */
  lineAt(path: readonly (string | number)[]): number;
}

/** Why a text is no YAML, and on which line. */
export class YamlProblem extends Error {
  readonly line: number;
  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/** Values that would grow beyond this by aliases are an attack or an accident. */
const MAX_ALIASES = 1000;

/** Tags of YAML 1.1 that Kubernetes' own parser does not have: clock times and dates stay text. */
const FOREIGN = new Set(['TIME', 'tag:yaml.org,2002:timestamp']);

/**
 * The documents of a text, empty ones left out, by the rules that kubectl reads manifests with: YAML 1.1 as go-yaml has it, where
 * `0644` is octal, `yes` and `on` are true and `<<` merges. Throws YamlProblem.
 */
export function yamlDocuments(text: string): readonly YamlDocument[] {
  const lines = new LineCounter();
  const customTags = (tags: Tags) =>
    tags.filter((tag) => typeof tag === 'string' || !(FOREIGN.has(tag.format ?? '') || FOREIGN.has(tag.tag)));
  const documents = parseAllDocuments(text, {lineCounter: lines, uniqueKeys: true, version: '1.1', merge: true, customTags});
  return ([...documents] as Document.Parsed[]).flatMap((document) => {
    const problem = document.errors[0];
    if (problem) throw new YamlProblem(lines.linePos(problem.pos[0]).line, firstLine(problem.message));
    const root = document.contents;
    if (root === null || (isScalar(root) && root.value === null)) return [];
    const lineOf = (node: ParsedNode) => lines.linePos(node.range[0]).line;
    const line = lineOf(root);
    return [{line, value: plainValue(document, line), lineAt: (path) => lineAt(document, path, lineOf) ?? line}];
  });
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? 'not valid YAML').replace(/ at line \d+, column \d+:?$/, '');
}

function plainValue(document: Document.Parsed, line: number): unknown {
  try {
    return document.toJS({maxAliasCount: MAX_ALIASES}) as unknown;
  } catch (error) {
    throw new YamlProblem(line, (error as Error).message); // an alias bomb, or an alias of nothing
  }
}

function lineAt(document: Document.Parsed, path: readonly (string | number)[], lineOf: (node: ParsedNode) => number): number | null {
  for (let length = path.length; length > 0; length--) {
    const node = keyOrValue(document, path.slice(0, length));
    if (node?.range) return lineOf(node);
  }
  return null;
}

function keyOrValue(document: Document.Parsed, steps: readonly (string | number)[]): ParsedNode | null {
  const parent = steps.length > 1 ? document.getIn(steps.slice(0, -1), true) : document.contents;
  const last = steps.at(-1);
  if (isMap(parent)) {
    const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === last);
    return (pair?.key as ParsedNode | undefined) ?? null;
  }
  return isSeq(parent) ? ((document.getIn(steps, true) as ParsedNode | undefined) ?? null) : null;
}
