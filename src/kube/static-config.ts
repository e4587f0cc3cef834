import {existsSync, readFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {parse} from 'yaml';

/** A kubeconfig entry that needs nothing but files: what most kubeconfigs are. */
export interface StaticConfig {
  readonly server: string;
  readonly context: string;
  readonly namespace: string;
  readonly tls: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly servername?: string;
    readonly rejectUnauthorized?: boolean;
  };
  readonly token: string | null;
}

type Entry = Readonly<Record<string, unknown>>;
interface Merged {
  readonly clusters: ReadonlyMap<string, {readonly value: Entry; readonly folder: string}>;
  readonly users: ReadonlyMap<string, {readonly value: Entry; readonly folder: string}>;
  readonly contexts: ReadonlyMap<string, {readonly value: Entry; readonly folder: string}>;
  readonly current: string | null;
}

/** Fields of a user that only client-node knows how to use. */
const STATIC_USER = new Set(['client-certificate', 'client-certificate-data', 'client-key', 'client-key-data', 'token', 'tokenFile']);
const STATIC_CLUSTER = new Set([
  'server',
  'certificate-authority',
  'certificate-authority-data',
  'tls-server-name',
  'insecure-skip-tls-verify',
  'extensions',
  'disable-compression',
]);

/**
 * The kubeconfig's answer read without loading client-node, which costs more than a whole small command: null for whatever is not
 * plain files (exec plugins, proxies, missing context, …): client-node then decides, and words the errors.
 */
export function readStaticConfig(options: {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}): StaticConfig | null {
  try {
    const merged = mergeFiles(filesOf(options.kubeconfig));
    const name = options.context ?? merged.current;
    const context = name === null ? undefined : merged.contexts.get(name)?.value;
    const cluster = merged.clusters.get(textOf(context?.['cluster']) ?? '');
    const user = merged.users.get(textOf(context?.['user']) ?? '');
    if (!context || !cluster || name === null || !only(cluster.value, STATIC_CLUSTER) || !only(user?.value ?? {}, STATIC_USER)) return null;
    const server = textOf(cluster.value['server']);
    if (server === null) return null;
    return {
      server: server.replace(/\/+$/, ''),
      context: name,
      namespace: textOf(context['namespace']) || 'default',
      tls: tlsOf(cluster, user),
      token: tokenOf(user),
    };
  } catch {
    return null; // unreadable in some way: client-node reads it again and its error is the one that is told
  }
}

function filesOf(kubeconfig: string | undefined): readonly string[] {
  if (kubeconfig !== undefined) return [kubeconfig];
  const named = (process.env['KUBECONFIG'] ?? '').split(path.delimiter).filter((file) => file !== '');
  return named.length > 0 ? named : [path.join(os.homedir(), '.kube', 'config')];
}

/** As kubectl merges: the first file that has an entry of a name stands, and the first current-context. */
function mergeFiles(files: readonly string[]): Merged {
  const merged = {clusters: new Map(), users: new Map(), contexts: new Map(), current: null as string | null};
  for (const file of files.filter((candidate) => existsSync(candidate))) {
    const config = parse(readFileSync(file, 'utf8')) as Entry | null;
    const folder = path.dirname(path.resolve(file));
    for (const [list, field] of [
      ['clusters', 'cluster'],
      ['users', 'user'],
      ['contexts', 'context'],
    ] as const) {
      for (const entry of (config?.[list] ?? []) as readonly Entry[]) {
        const name = textOf(entry['name']);
        if (name !== null && !merged[list].has(name)) merged[list].set(name, {value: (entry[field] ?? {}) as Entry, folder});
      }
    }
    merged.current ??= textOf(config?.['current-context']) || null;
  }
  return merged;
}

function only(entry: Entry, known: ReadonlySet<string>): boolean {
  return Object.keys(entry).every((field) => known.has(field));
}

type Located = {readonly value: Entry; readonly folder: string};

function tlsOf(cluster: Located, user: Located | undefined): StaticConfig['tls'] {
  const ca = dataOrFile(cluster, 'certificate-authority');
  const cert = user && dataOrFile(user, 'client-certificate');
  const key = user && dataOrFile(user, 'client-key');
  const servername = textOf(cluster.value['tls-server-name']);
  return {
    ...(ca ? {ca} : {}),
    ...(cert ? {cert} : {}),
    ...(key ? {key} : {}),
    ...(servername ? {servername} : {}),
    ...(cluster.value['insecure-skip-tls-verify'] === true ? {rejectUnauthorized: false} : {}),
  };
}

function dataOrFile({value, folder}: Located, field: string): string | null {
  const data = textOf(value[`${field}-data`]);
  if (data) return Buffer.from(data, 'base64').toString('utf8');
  const file = textOf(value[field]);
  return file ? readFileSync(path.resolve(folder, file), 'utf8') : null;
}

function tokenOf(user: Located | undefined): string | null {
  const file = textOf(user?.value['tokenFile']);
  if (user && file) return readFileSync(path.resolve(user.folder, file), 'utf8').trim();
  return textOf(user?.value['token']);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
