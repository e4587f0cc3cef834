import {KiadaError} from '../errors.ts';
import type {KubernetesObject} from '../model/index.ts';
import {fieldPath} from './field-path.ts';
import {textsOf} from './manifest-texts.ts';
import {type YamlDocument, YamlProblem, yamlDocuments} from './yaml-documents.ts';

/** An object of a manifest with the place that it came from. */
export interface Manifest {
  readonly object: KubernetesObject;
  /** The file's name as the user gave or would write it; `-` for standard input. */
  readonly file: string;
  /** Line of the object's first field, from 1. */
  readonly line: number;
  /** The line of a field path such as `spec.ports[0].port`, or of its nearest parent that is there. */
  lineOf(field: string): number;
}

/**
 * Reads manifests from files, folders (their YAML and JSON files; with `recursive` below them too), loopback URLs and `-`, in the order
 * given, files of a folder by name. Throws INVALID_MANIFEST with file and line for what is no manifest.
 */
export async function readManifests(paths: readonly string[], options: {readonly recursive: boolean}): Promise<readonly Manifest[]> {
  return (await textsOf(paths, options.recursive)).flatMap(({file, text}) => parseManifests(file, text));
}

/** Parses the documents of one file; Lists are opened. Throws INVALID_MANIFEST with file and line. */
export function parseManifests(file: string, text: string): readonly Manifest[] {
  return documentsOf(file, text).flatMap((document) => manifestsAt(file, document, document.value, []));
}

function documentsOf(file: string, text: string): readonly YamlDocument[] {
  try {
    return yamlDocuments(text);
  } catch (error) {
    if (error instanceof YamlProblem) throw invalid(file, error.line, error.message);
    throw error;
  }
}

/** The manifest at a place of a document, or those of the List that is there. */
function manifestsAt(file: string, document: YamlDocument, value: unknown, place: readonly (string | number)[]): readonly Manifest[] {
  const line = place.length === 0 ? document.line : document.lineAt(place);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(file, line, 'a document must be an object with apiVersion and kind');
  }
  const object = value as KubernetesObject;
  if (typeof object.kind === 'string' && object.kind.endsWith('List') && Array.isArray(object['items'])) {
    return object['items'].flatMap((item: unknown, index) => manifestsAt(file, document, item, [...place, 'items', index]));
  }
  const problem = problemOf(object);
  if (problem !== null) throw invalid(file, line, problem);
  return [{object, file, line, lineOf: (field) => document.lineAt([...place, ...fieldPath(object, field)])}];
}

/** What keeps an object from being a manifest: what the API server needs to know where it belongs. */
function problemOf(object: KubernetesObject): string | null {
  if (!isText(object.apiVersion)) return 'apiVersion is missing';
  if (!isText(object.kind)) return 'kind is missing';
  if (object.metadata !== undefined && (typeof object.metadata !== 'object' || object.metadata === null))
    return 'metadata must be an object';
  return isText(object.metadata?.name) || isText(object.metadata?.generateName) ? null : 'metadata.name is missing';
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function invalid(file: string, line: number, message: string): KiadaError {
  return new KiadaError('INVALID_MANIFEST', `${file}:${line}: ${message}`);
}
