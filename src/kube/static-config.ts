import {readFileSync} from 'node:fs';
import {KiadaError} from '../errors.ts';
import {type Entry, type MergedConfig, readMergedConfig, textOf} from './merged-config.ts';

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

/** Fields of a user and a cluster that need no library; with any other, client-node decides. */
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
 * The kubeconfig's answer without client-node, whose loading costs more than a whole small command: null for whatever is not plain
 * files (exec plugins, proxies, passwords) and where no context or cluster is named. Throws INVALID_KUBECONFIG.
 */
export async function readStaticConfig(options: {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}): Promise<StaticConfig | null> {
  return staticConfigOf(await readMergedConfig(options.kubeconfig), options.context);
}

/** As `readStaticConfig`, of a kubeconfig that is read already. */
export function staticConfigOf(merged: MergedConfig, wanted: string | undefined): StaticConfig | null {
  const name = wanted ?? merged.current;
  const context = name === null ? undefined : merged.contexts.get(name);
  const cluster = merged.clusters.get(textOf(context?.['cluster']) ?? '');
  const user = merged.users.get(textOf(context?.['user']) ?? '') ?? {};
  if (!context || !cluster || name === null || !only(cluster, STATIC_CLUSTER) || !only(user, STATIC_USER)) return null;
  const server = textOf(cluster['server']);
  if (!server) return null;
  return {
    server: serverUrl(server, name),
    context: name,
    namespace: textOf(context['namespace']) || 'default',
    tls: tlsOf(cluster, user),
    token: tokenOf(user),
  };
}

/** A server's URL without a final slash; without a scheme it is plain HTTP, as client-go has it. Throws INVALID_KUBECONFIG. */
export function serverUrl(server: string, context: string): string {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(server) ? server : `http://${server}`;
  if (URL.canParse(url) && /^https?:/i.test(url)) return url.replace(/\/+$/, '');
  throw new KiadaError('INVALID_KUBECONFIG', `the server of context "${context}" is no URL: ${server}`);
}

function only(entry: Entry, known: ReadonlySet<string>): boolean {
  return Object.keys(entry).every((field) => known.has(field));
}

function tlsOf(cluster: Entry, user: Entry): StaticConfig['tls'] {
  const ca = dataOrFile(cluster, 'certificate-authority');
  const cert = dataOrFile(user, 'client-certificate');
  const key = dataOrFile(user, 'client-key');
  const servername = textOf(cluster['tls-server-name']);
  return {
    ...(ca ? {ca} : {}),
    ...(cert ? {cert} : {}),
    ...(key ? {key} : {}),
    ...(servername ? {servername} : {}),
    ...(cluster['insecure-skip-tls-verify'] === true ? {rejectUnauthorized: false} : {}),
  };
}

function dataOrFile(entry: Entry, field: string): string | null {
  const data = textOf(entry[`${field}-data`]);
  if (data) return Buffer.from(data, 'base64').toString('utf8');
  const file = textOf(entry[field]);
  return file ? readFileOf(field, file) : null;
}

/** A token file comes before a token, as client-go has it. */
function tokenOf(user: Entry): string | null {
  const file = textOf(user['tokenFile']);
  return file ? readFileOf('tokenFile', file).trim() : textOf(user['token']);
}

function readFileOf(field: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new KiadaError('INVALID_KUBECONFIG', `the ${field} ${file} that the kubeconfig names cannot be read`, {cause: error});
  }
}
