import {existsSync, readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseAllDocuments} from 'yaml';
import {check, explainCode, templatePods} from '../../src/findings/index.ts';
import type {Finding, KubernetesObject, Observation} from '../../src/model/index.ts';
import {viewOf} from '../../src/routing/index.ts';

const FOLDER = path.join(path.dirname(fileURLToPath(import.meta.url)), 'gallery');

/** When the clusters of the gallery are looked at. */
export const NOW = Date.parse('2026-11-23T12:00:00Z');

/** What only manifests can have: the API refuses it. */
const MANIFESTS_ONLY = new Set(['KIA0412']);

/** The codes that have a pair of manifests. */
export function galleryCodes(): readonly string[] {
  return readdirSync(FOLDER).sort();
}

export function galleryObjects(code: string, name: 'broken' | 'fine'): readonly KubernetesObject[] {
  return documents(path.join(FOLDER, code, `${name}.yaml`)) as readonly KubernetesObject[];
}

/** What was tried against such a cluster, for a code that only traffic proves. */
export function galleryObservations(code: string, name: 'broken' | 'fine'): readonly Observation[] | undefined {
  const file = path.join(FOLDER, code, `${name}.observed.yaml`);
  return existsSync(file) ? (documents(file) as readonly Observation[]) : undefined;
}

function documents(file: string): readonly unknown[] {
  return [...parseAllDocuments(readFileSync(file, 'utf8'))].map((document) => document.toJS());
}

/** What the check finds in one file of the gallery; advice only where the code is advice. */
export function galleryFindings(code: string, name: 'broken' | 'fine'): readonly Finding[] {
  const objects = galleryObjects(code, name);
  const manifests = MANIFESTS_ONLY.has(code);
  const minSeverity = explainCode(code)?.advice ? 'info' : undefined;
  const view = viewOf(manifests ? [...objects, ...templatePods(objects)] : objects);
  return check(view, {nowMs: NOW, manifests, minSeverity, observed: galleryObservations(code, name)}).findings;
}
