import {existsSync, mkdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {Document, isMap, isSeq, parseDocument, type YAMLMap, type YAMLSeq} from 'yaml';
import {KiadaError} from '../errors.ts';
import {contextName, type SandboxState} from './sandbox-files.ts';

/** The kubeconfig that is written: the first that KUBECONFIG names, else `~/.kube/config`. */
export function kubeconfigPath(): string {
  const named = (process.env['KUBECONFIG'] ?? '').split(path.delimiter).find((file) => file !== '');
  return named ?? path.join(os.homedir(), '.kube', 'config');
}

/** A whole kubeconfig for one sandbox. */
export function kubeconfigOf(name: string, state: SandboxState): string {
  const document = new Document({apiVersion: 'v1', kind: 'Config', preferences: {}, clusters: [], users: [], contexts: []});
  putEntries(document, name, state);
  document.set('current-context', contextName(name));
  return document.toString();
}

/** Adds the sandbox's context to a kubeconfig and makes it current; what else is there stays, comments included. */
export function addContext(file: string, name: string, state: SandboxState): void {
  const document = existsSync(file) ? parse(file) : new Document({apiVersion: 'v1', kind: 'Config', preferences: {}});
  putEntries(document, name, state);
  document.set('current-context', contextName(name));
  save(file, document);
}

/** Takes the sandbox's context out again; the current context is cleared if it was this one. */
export function removeContext(file: string, name: string): void {
  if (!existsSync(file)) return;
  const document = parse(file);
  for (const list of ['clusters', 'users', 'contexts']) dropEntry(document, list, contextName(name));
  if (document.get('current-context') === contextName(name)) document.set('current-context', '');
  save(file, document);
}

function parse(file: string): Document {
  const document = parseDocument(readFileSync(file, 'utf8'));
  const problem = document.errors[0];
  if (problem || (document.contents !== null && !isMap(document.contents))) {
    throw new KiadaError('INVALID_KUBECONFIG', `${file} is not a kubeconfig: ${problem?.message.split('\n')[0] ?? 'no object'}`, {
      hint: 'It was left as it is. Name another one with KUBECONFIG=FILE.',
    });
  }
  if (document.contents === null) document.contents = document.createNode({apiVersion: 'v1', kind: 'Config'}) as never;
  return document;
}

function putEntries(document: Document, name: string, state: SandboxState): void {
  const entry = contextName(name);
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  putEntry(document, 'clusters', entry, {
    cluster: {'certificate-authority-data': base64(state.certificateAuthority), server: state.server},
  });
  putEntry(document, 'users', entry, {
    user: {'client-certificate-data': base64(state.clientCertificate), 'client-key-data': base64(state.clientKey)},
  });
  putEntry(document, 'contexts', entry, {context: {cluster: entry, user: entry}});
}

function putEntry(document: Document, list: string, name: string, value: Record<string, unknown>): void {
  const before = entryOf(document, list, name);
  // the user may have set a namespace on the context: it stays
  const namespace = list === 'contexts' ? (before?.getIn(['context', 'namespace']) as string | undefined) : undefined;
  if (namespace !== undefined) (value['context'] as Record<string, unknown>)['namespace'] = namespace;
  dropEntry(document, list, name);
  if (!isSeq(document.get(list, true))) document.set(list, document.createNode([]));
  (document.get(list, true) as YAMLSeq).add(document.createNode({name, ...value}));
}

function entryOf(document: Document, list: string, name: string): YAMLMap | undefined {
  const entries = document.get(list, true);
  return isSeq(entries) ? (entries.items.find((item) => isMap(item) && item.get('name') === name) as YAMLMap | undefined) : undefined;
}

function dropEntry(document: Document, list: string, name: string): void {
  const entries = document.get(list, true);
  if (isSeq(entries)) entries.items = entries.items.filter((item) => !(isMap(item) && item.get('name') === name));
}

/** Written beside and moved into place, so that a reader never sees half a file. */
function save(file: string, document: Document): void {
  mkdirSync(path.dirname(file), {recursive: true, mode: 0o700});
  const draft = `${file}.kiada-${process.pid}`;
  writeFileSync(draft, document.toString({lineWidth: 0}), {mode: 0o600});
  renameSync(draft, file);
}
