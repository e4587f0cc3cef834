import {existsSync, globSync, readFileSync, statSync} from 'node:fs';
import path from 'node:path';
import {type Document, isMap, isScalar, LineCounter, type ParsedNode, parseAllDocuments} from 'yaml';
import {KiadaError} from '../errors.ts';
import type {KubernetesObject} from '../model/index.ts';

/** An object of a manifest with the place that it came from. */
export interface Manifest {
  readonly object: KubernetesObject;
  /** The file's name as the user gave or would write it; `-` for standard input. */
  readonly file: string;
  /** Line of the document's first node, from 1. */
  readonly line: number;
  /** The line of a field path such as `spec.ports[0].port`, or of its nearest parent that is there. */
  lineOf(field: string): number;
}

const EXTENSIONS = ['.yaml', '.yml', '.json'];
/** A manifest beyond this is no manifest: the API takes 3 MiB a request. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Reads manifests from files, folders (their YAML and JSON files; with `recursive` below them too) and `-`, in the order given,
 * files of a folder by name. Throws INVALID_MANIFEST with file and line for what is no manifest.
 */
export async function readManifests(paths: readonly string[], options: {readonly recursive: boolean}): Promise<readonly Manifest[]> {
  const manifests: Manifest[] = [];
  for (const given of paths) {
    if (given === '-') manifests.push(...parseManifests('-', readFileSync(0, 'utf8')));
    else if (/^https?:\/\//.test(given)) manifests.push(...parseManifests(given, await download(given)));
    else for (const file of filesOf(given, options.recursive)) manifests.push(...parseManifests(file, readText(file)));
  }
  return manifests;
}

function filesOf(given: string, recursive: boolean): readonly string[] {
  if (!existsSync(given))
    throw new KiadaError('INVALID_MANIFEST', `there is no file or folder ${given}`, {hint: 'Check the path after -f.'});
  if (!statSync(given).isDirectory()) return [given];
  const found = globSync(recursive ? '**/*' : '*', {cwd: given}).filter((file) => EXTENSIONS.includes(path.extname(file)));
  if (found.length === 0) {
    throw new KiadaError('INVALID_MANIFEST', `${given} holds no .yaml, .yml or .json file`, {
      hint: recursive ? 'Check the path after -f.' : 'Look below it too with -R.',
    });
  }
  return found.sort().map((file) => path.join(given, file));
}

function readText(file: string): string {
  if (statSync(file).size > MAX_BYTES) throw new KiadaError('INVALID_MANIFEST', `${file} is larger than ${MAX_BYTES} bytes`);
  return readFileSync(file, 'utf8');
}

/** Manifests are fetched from this machine only: nothing that is applied comes unseen from elsewhere. */
async function download(url: string): Promise<string> {
  const {hostname} = new URL(url);
  if (!['localhost', '127.0.0.1', '[::1]'].includes(hostname)) {
    throw new KiadaError('USAGE', `${url} is not on this machine: only loopback URLs are read`, {
      hint: 'Download it, read it, and name the file.',
    });
  }
  const {request} = await import('undici');
  const response = await request(url, {headersTimeout: 10_000, bodyTimeout: 10_000}).catch((error: unknown) => {
    throw new KiadaError('INVALID_MANIFEST', `${url} cannot be read`, {cause: error});
  });
  const text = await response.body.text();
  if (response.statusCode !== 200) throw new KiadaError('INVALID_MANIFEST', `${url} answered ${response.statusCode}`);
  return text;
}

/** Parses the documents of one file. */
export function parseManifests(file: string, text: string): readonly Manifest[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {lineCounter: lines, uniqueKeys: true});
  return [...documents].flatMap((document) => manifestsOf(file, document as Document.Parsed, lines));
}

function manifestsOf(file: string, document: Document.Parsed, lines: LineCounter): readonly Manifest[] {
  const problem = document.errors[0];
  if (problem)
    throw invalid(
      file,
      lines.linePos(problem.pos[0]).line,
      problem.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? 'not valid YAML',
    );
  const root = document.contents;
  if (root === null || (isScalar(root) && root.value === null)) return [];
  const line = lines.linePos(root.range[0]).line;
  if (!isMap(root)) throw invalid(file, line, 'a document must be an object with apiVersion and kind');
  const object = toObject(file, line, document);
  if (typeof object.kind === 'string' && object.kind.endsWith('List') && Array.isArray(object['items'])) {
    return (object['items'] as KubernetesObject[]).map((item, index) =>
      manifest(file, checked(file, line, item), line, document, lines, ['items', index]),
    );
  }
  return [manifest(file, checked(file, line, object), line, document, lines, [])];
}

function toObject(file: string, line: number, document: Document.Parsed): KubernetesObject {
  try {
    return document.toJS({maxAliasCount: 1000}) as KubernetesObject;
  } catch (error) {
    throw invalid(file, line, (error as Error).message); // an alias bomb
  }
}

function checked(file: string, line: number, object: unknown): KubernetesObject {
  if (typeof object !== 'object' || object === null) throw invalid(file, line, 'a document must be an object with apiVersion and kind');
  const candidate = object as KubernetesObject;
  if (typeof candidate.apiVersion !== 'string' || candidate.apiVersion === '') throw invalid(file, line, 'apiVersion is missing');
  if (typeof candidate.kind !== 'string' || candidate.kind === '') throw invalid(file, line, 'kind is missing');
  const named = candidate.metadata?.name ?? candidate.metadata?.generateName;
  if (typeof named !== 'string' || named === '') throw invalid(file, line, 'metadata.name is missing');
  return candidate;
}

function invalid(file: string, line: number, message: string): KiadaError {
  return new KiadaError('INVALID_MANIFEST', `${file}:${line}: ${message}`);
}

function manifest(
  file: string,
  object: KubernetesObject,
  line: number,
  document: Document.Parsed,
  lines: LineCounter,
  root: readonly (string | number)[],
): Manifest {
  return {
    object,
    file,
    line,
    lineOf: (field) => {
      const steps = [...root, ...fieldSteps(field)];
      for (let length = steps.length; length > 0; length--) {
        const node = keyOrValue(document, steps.slice(0, length));
        if (node?.range) return lines.linePos(node.range[0]).line;
      }
      return line;
    },
  };
}

/** `spec.ports[0].port`, `metadata.labels[a.b/c]` as steps into a document. */
function fieldSteps(field: string): readonly (string | number)[] {
  return [...field.matchAll(/\[([^\]]*)\]|([^.[\]]+)/g)].map((match) => {
    const step = match[1] ?? match[2] ?? '';
    return match[1] !== undefined && /^\d+$/.test(step) ? Number(step) : step;
  });
}

function keyOrValue(document: Document.Parsed, steps: readonly (string | number)[]): ParsedNode | null {
  const parent = steps.length > 1 ? document.getIn(steps.slice(0, -1), true) : document.contents;
  const last = steps.at(-1);
  if (isMap(parent)) {
    const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === last);
    return (pair?.key as ParsedNode | undefined) ?? null;
  }
  return (document.getIn(steps, true) as ParsedNode | undefined) ?? null;
}
