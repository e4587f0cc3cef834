import {existsSync, readFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {KiadaError} from '../errors.ts';
import {parsePlainYaml} from './plain-yaml.ts';

/** What a kubeconfig file or the merge of several says, entries by name. */
export interface MergedConfig {
  /** The files that exist, in the order of KUBECONFIG. */
  readonly files: readonly string[];
  readonly clusters: ReadonlyMap<string, Entry>;
  readonly users: ReadonlyMap<string, Entry>;
  readonly contexts: ReadonlyMap<string, Entry>;
  readonly current: string | null;
}

/** The fields of a cluster, user or context; paths of files in it are absolute. */
export type Entry = Readonly<Record<string, unknown>>;

/** Fields that name a file relative to the kubeconfig that they stand in. */
const FILE_FIELDS = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'];

/**
 * The kubeconfig as kubectl merges it: of several files in KUBECONFIG the first that has an entry of a name stands, and the first
 * current-context; files that do not exist are passed over, but for one that is named by `--kubeconfig`. Throws INVALID_KUBECONFIG.
 */
export async function readMergedConfig(kubeconfig: string | undefined): Promise<MergedConfig> {
  if (kubeconfig !== undefined && !existsSync(kubeconfig)) {
    throw new KiadaError('INVALID_KUBECONFIG', `there is no kubeconfig file ${kubeconfig}`, {
      hint: 'Name an existing file with --kubeconfig.',
    });
  }
  const files = candidates(kubeconfig).filter((file) => existsSync(file));
  const merged = {
    clusters: new Map<string, Entry>(),
    users: new Map<string, Entry>(),
    contexts: new Map<string, Entry>(),
    current: null as string | null,
  };
  for (const file of files) {
    const config = await readConfig(file);
    const folder = path.dirname(path.resolve(file));
    addEntries(merged.clusters, listOf(config['clusters']), 'cluster', folder);
    addEntries(merged.users, listOf(config['users']), 'user', folder);
    addEntries(merged.contexts, listOf(config['contexts']), 'context', folder);
    merged.current ??= textOf(config['current-context']) || null;
  }
  return {files, ...merged};
}

function candidates(kubeconfig: string | undefined): readonly string[] {
  if (kubeconfig !== undefined) return [kubeconfig];
  const named = (process.env['KUBECONFIG'] ?? '').split(path.delimiter).filter((file) => file !== '');
  return named.length > 0 ? named : [path.join(os.homedir(), '.kube', 'config')];
}

async function readConfig(file: string): Promise<Entry> {
  let config: unknown;
  try {
    const text = readFileSync(file, 'utf8');
    config = parsePlainYaml(text) ?? (await import('yaml')).parse(text);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'EACCES' ? 'no right to read it' : firstLine(error);
    throw new KiadaError('INVALID_KUBECONFIG', `the kubeconfig ${file} cannot be read: ${why}`, {cause: error});
  }
  if (config === null || config === undefined) return {};
  if (typeof config === 'object' && !Array.isArray(config)) return config as Entry;
  throw new KiadaError('INVALID_KUBECONFIG', `${file} is not a kubeconfig: it holds no object`);
}

function firstLine(error: unknown): string {
  return (error as Error).message.split('\n')[0]?.replace(/:$/, '') ?? '';
}

function addEntries(into: Map<string, Entry>, entries: readonly Entry[], field: string, folder: string): void {
  for (const entry of entries) {
    const name = textOf(entry['name']);
    if (name !== null && !into.has(name)) into.set(name, absolute((entry[field] ?? {}) as Entry, folder));
  }
}

/** An entry with the paths in it made absolute: those of files, and that of an exec plugin that is named with a slash. */
function absolute(entry: Entry, folder: string): Entry {
  const files = FILE_FIELDS.flatMap((field) => {
    const file = textOf(entry[field]);
    return file ? [[field, path.resolve(folder, file)]] : [];
  });
  const exec = entry['exec'] as Entry | undefined;
  const command = textOf(exec?.['command']);
  const located = command !== null && /[\\/]/.test(command) ? {exec: {...exec, command: path.resolve(folder, command)}} : {};
  return {...entry, ...Object.fromEntries(files), ...located};
}

function listOf(value: unknown): readonly Entry[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'object' && item !== null) : [];
}

/** A text field; null for anything else. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
