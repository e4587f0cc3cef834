import {existsSync} from 'node:fs';
import type http from 'node:http';
import https from 'node:https';
import {KiadaError} from '../errors.ts';
import {KubeClient} from './client.ts';
import {type MergedConfig, readMergedConfig, textOf} from './merged-config.ts';
import {nodeHttp} from './node-http.ts';
import {type StaticConfig, serverUrl, staticConfigOf} from './static-config.ts';
import {trustNobodyElse} from './trust.ts';

const REQUEST_TIMEOUT_MS = 30_000;
/** Where a pod finds the token of its service account. */
const SERVICE_ACCOUNT_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

export interface ConnectOptions {
  /** A kubeconfig file; else `KUBECONFIG` (merged), else `~/.kube/config`, else the pod's own service account, as kubectl decides. */
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly requestTimeoutMs?: number | undefined;
  /** The process speaks TLS with this server alone: see `trustNobodyElse`. */
  readonly onlyServer?: boolean | undefined;
}

/**
 * A client for the cluster that a kubeconfig names. Nothing is sent yet but what an exec plugin needs.
 * Throws NO_CLUSTER where no kubeconfig names a cluster, INVALID_KUBECONFIG where it cannot be read.
 */
export async function connect(options: ConnectOptions = {}): Promise<KubeClient> {
  const merged = await readMergedConfig(options.kubeconfig);
  const simple = staticConfigOf(merged, options.context);
  return simple === null ? connectByLibrary(merged, options) : staticClient(simple, options);
}

/** A client for a kubeconfig entry of plain files, made without client-node. */
export function staticClient(config: StaticConfig, options: Pick<ConnectOptions, 'requestTimeoutMs' | 'onlyServer'> = {}): KubeClient {
  if (options.onlyServer && config.tls.ca !== undefined) trustNobodyElse(config.tls.ca);
  const headers = config.token === null ? {} : {authorization: `Bearer ${config.token}`};
  const {server, context, namespace} = config;
  return new KubeClient({
    server,
    context,
    namespace,
    request: {agent: agentFor(server, config.tls), headers},
    requestTimeoutMs: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
  });
}

function agentFor(server: string, settings: https.AgentOptions): http.Agent {
  return /^http:/i.test(server) ? new nodeHttp.Agent({keepAlive: true}) : new https.Agent({keepAlive: true, ...settings});
}

type KubeConfigLike = import('@kubernetes/client-node').KubeConfig;

/** What needs the library: exec plugins, passwords, proxies, a pod's own service account. */
async function connectByLibrary(merged: MergedConfig, options: ConnectOptions): Promise<KubeClient> {
  const inPod = merged.files.length === 0 && existsSync(SERVICE_ACCOUNT_TOKEN) && process.env['KUBERNETES_SERVICE_HOST'] !== undefined;
  if (merged.files.length === 0 && !inPod) throw new KiadaError('NO_CLUSTER', 'no kubeconfig names a cluster and no sandbox runs');
  const wanted = inPod ? null : requireContext(merged, options);
  const {KubeConfig} = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  if (wanted === null) config.loadFromCluster();
  else loadMerged(config, merged, wanted);
  const name = config.getCurrentContext();
  const server = serverUrl(config.getCurrentCluster()?.server ?? '', name);
  return new KubeClient({
    server,
    context: name,
    namespace: config.getContextObject(name)?.namespace || 'default',
    request: await requestOptions(config, server),
    requestTimeoutMs: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
  });
}

/** Hands the merged entries over, with the context that is wanted as the current one. */
function loadMerged(config: KubeConfigLike, merged: MergedConfig, name: string): void {
  const named = (entries: ReadonlyMap<string, unknown>, field: string) => [...entries].map(([key, entry]) => ({name: key, [field]: entry}));
  const document = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: named(merged.clusters, 'cluster'),
    users: named(merged.users, 'user'),
    contexts: named(merged.contexts, 'context'),
    'current-context': name,
  };
  try {
    config.loadFromString(JSON.stringify(document));
  } catch (error) {
    throw new KiadaError('INVALID_KUBECONFIG', `the kubeconfig ${merged.files.join(', ')} cannot be read`, {cause: error});
  }
}

/** The name of the context to use: it must exist and name a cluster. */
function requireContext(merged: MergedConfig, options: ConnectOptions): string {
  const known = [...merged.contexts.keys()];
  const hint = known.length > 0 ? `Name one with --context; it has: ${known.join(', ')}` : 'Start a cluster with: kiada sandbox up';
  const name = options.context ?? merged.current;
  if (name === null) throw new KiadaError('NO_CLUSTER', `${merged.files.join(', ')} has no current context`, {hint});
  const context = merged.contexts.get(name);
  if (context === undefined) throw new KiadaError('NO_CLUSTER', `the kubeconfig has no context "${name}"`, {hint});
  const cluster = merged.clusters.get(textOf(context['cluster']) ?? '');
  if (!textOf(cluster?.['server']))
    throw new KiadaError('NO_CLUSTER', `the context "${name}" names no cluster that the kubeconfig has`, {hint});
  return name;
}

async function requestOptions(config: KubeConfigLike, server: string): Promise<https.RequestOptions> {
  const options: https.RequestOptions = {headers: {}};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    // the library refuses plain http:// servers; kubectl does not (a local proxy is the usual case)
    if (!/^http:/i.test(server)) {
      throw new KiadaError('UNAUTHORIZED', `the credentials of context "${config.getCurrentContext()}" cannot be had`, {cause: error});
    }
  }
  if (config.getCurrentCluster()?.proxyUrl === undefined) {
    const {ca, cert, key, pfx, passphrase, rejectUnauthorized, servername} = options;
    const settings = {ca, cert, key, pfx, passphrase, rejectUnauthorized, servername};
    options.agent = agentFor(
      server,
      Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined && value !== null)),
    );
  }
  return options;
}
