import {existsSync} from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import {KiadaError} from '../errors.ts';
import {KubeClient} from './client.ts';
import {readStaticConfig, type StaticConfig} from './static-config.ts';

const REQUEST_TIMEOUT_MS = 30_000;

export interface ConnectOptions {
  /** A kubeconfig file; else `KUBECONFIG` (merged), else `~/.kube/config`, else the pod's own service account, as kubectl decides. */
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly requestTimeoutMs?: number | undefined;
}

/**
 * A client for the cluster that a kubeconfig names. Nothing is sent yet but what an exec plugin needs.
 * Throws NO_CLUSTER where no kubeconfig names a cluster, INVALID_KUBECONFIG where it cannot be read.
 */
export async function connect(options: ConnectOptions = {}): Promise<KubeClient> {
  const simple = readStaticConfig(options);
  return simple === null ? connectByLibrary(options) : staticClient(simple, options);
}

/** A client for a kubeconfig entry of plain files, made without client-node. */
export function staticClient(config: StaticConfig, options: Pick<ConnectOptions, 'requestTimeoutMs'> = {}): KubeClient {
  const agent = config.server.startsWith('http:') ? new http.Agent({keepAlive: true}) : new https.Agent({keepAlive: true, ...config.tls});
  const headers = config.token === null ? {} : {authorization: `Bearer ${config.token}`};
  const {server, context, namespace} = config;
  return new KubeClient({
    server,
    context,
    namespace,
    request: {agent, headers},
    requestTimeoutMs: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
  });
}

async function connectByLibrary(options: ConnectOptions): Promise<KubeClient> {
  const {KubeConfig} = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  loadConfig(config, options.kubeconfig);
  if (options.context !== undefined) useContext(config, options.context);
  const cluster = config.getCurrentCluster();
  // client-node invents this cluster where no kubeconfig names one
  if (!cluster?.server || (cluster.server === 'http://localhost:8080' && config.getCurrentContext() === 'loaded-context')) {
    throw new KiadaError('NO_CLUSTER', `no cluster: ${whyNone(config, options)}`);
  }
  const request = await requestOptions(config, cluster.server);
  const context = config.getContextObject(config.getCurrentContext());
  return new KubeClient({
    server: cluster.server.replace(/\/+$/, ''),
    context: config.getCurrentContext(),
    namespace: context?.namespace ?? 'default',
    request,
    requestTimeoutMs: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
  });
}

type KubeConfigLike = import('@kubernetes/client-node').KubeConfig;

function loadConfig(config: KubeConfigLike, file: string | undefined): void {
  try {
    if (file === undefined) config.loadFromDefault();
    else config.loadFromFile(file);
  } catch (error) {
    if (file !== undefined && !existsSync(file)) {
      throw new KiadaError('INVALID_KUBECONFIG', `there is no kubeconfig file ${file}`, {hint: 'Name an existing file with --kubeconfig.'});
    }
    throw new KiadaError('INVALID_KUBECONFIG', `the kubeconfig ${file ?? process.env['KUBECONFIG'] ?? '~/.kube/config'} cannot be read`, {
      cause: error,
    });
  }
}

function useContext(config: KubeConfigLike, name: string): void {
  const known = config.getContexts().map((context) => context.name);
  if (!known.includes(name)) {
    throw new KiadaError('NO_CLUSTER', `the kubeconfig has no context "${name}"`, {
      hint: known.length > 0 ? `It has: ${known.join(', ')}` : 'Start a cluster with: kiada sandbox up',
    });
  }
  config.setCurrentContext(name);
}

function whyNone(config: KubeConfigLike, options: ConnectOptions): string {
  const current = config.getCurrentContext();
  if (current && current !== 'loaded-context') return `the context "${current}" names none`;
  return options.kubeconfig ? `${options.kubeconfig} has no current context` : 'no kubeconfig names one and no sandbox runs';
}

async function requestOptions(config: KubeConfigLike, server: string): Promise<https.RequestOptions> {
  const options: https.RequestOptions = {headers: {}};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    // the library refuses plain http:// servers; kubectl does not (a local proxy is the usual case)
    if (!server.startsWith('http:')) {
      throw new KiadaError('UNAUTHORIZED', `the credentials of context "${config.getCurrentContext()}" cannot be had`, {cause: error});
    }
  }
  const proxied = config.getCurrentCluster()?.proxyUrl !== undefined;
  if (!proxied) {
    const {ca, cert, key, pfx, passphrase, rejectUnauthorized, servername} = options;
    const tls = {ca, cert, key, pfx, passphrase, rejectUnauthorized, servername};
    const known = Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined && value !== null));
    options.agent = server.startsWith('http:') ? new http.Agent({keepAlive: true}) : new https.Agent({keepAlive: true, ...known});
  }
  return options;
}
