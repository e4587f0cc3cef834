import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {connect} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {onTestFinished} from 'vitest';
import {
  createApi,
  createTokenIssuer,
  loadCertificates,
  openStore,
  type Registry,
  startApiServer,
} from '../../../src/sandbox/api-server/index.ts';
import type {PodRuntime} from '../../../src/sandbox/pod-runtime.ts';

export interface RunningServer {
  readonly api: Registry;
  readonly url: string;
  readonly port: number;
  readonly token: string;
  readonly ca: string;
  readonly folder: string;
  /** A kubeconfig with the administrator's certificate. */
  readonly kubeconfig: string;
}

export interface RunOptions {
  readonly runtime?: PodRuntime;
  readonly windowSize?: number;
  readonly watchLimit?: number;
  /** Ranges of cluster IPs, the primary family's first; those of a usual sandbox where none are given. */
  readonly serviceCidrs?: readonly string[];
}

/** A real server on a free port with the namespace `default` and its service account; it ends with the test. */
export async function runServer(options: RunOptions = {}): Promise<RunningServer> {
  const {close, ...server} = await startServer(options);
  onTestFinished(close);
  return server;
}

/** The same for several tests: whoever starts it closes it. */
export async function startServer(options: RunOptions = {}): Promise<RunningServer & {close(): Promise<void>}> {
  const folder = mkdtempSync(join(tmpdir(), 'kiada-api-'));
  const store = openStore(join(folder, 'state.db'), options.windowSize === undefined ? {} : {windowSize: options.windowSize});
  const api = createApi(store, options.serviceCidrs === undefined ? {} : {allocation: {serviceCidrs: options.serviceCidrs}});
  api.create('namespaces', {metadata: {name: 'default'}});
  api.create('serviceaccounts', {metadata: {name: 'default', namespace: 'default'}});
  const certificates = await loadCertificates(join(folder, 'pki'));
  const token = 'the-administrators-token';
  const server = await startApiServer({
    api,
    runtime: () => options.runtime ?? null,
    dial: async ({host, port}) => connect({host, port}),
    certificates,
    tokens: createTokenIssuer(
      token,
      Date.now,
      (namespace, name, uid) => api.get('serviceaccounts', namespace, name)?.metadata?.uid === uid,
    ),
    ...(options.watchLimit === undefined ? {} : {watchLimit: options.watchLimit}),
  });
  async function close(): Promise<void> {
    await server.close();
    store.close();
    rmSync(folder, {recursive: true, force: true});
  }
  const url = `https://127.0.0.1:${server.port}`;
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, kubeconfigText(url, certificates));
  mkdirSync(join(folder, 'home'));
  return {api, url, port: server.port, token, ca: certificates.ca.cert, folder, kubeconfig, close};
}

function kubeconfigText(url: string, {ca, client}: Awaited<ReturnType<typeof loadCertificates>>): string {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{name: 'test', cluster: {server: url, 'certificate-authority-data': base64(ca.cert)}}],
    users: [{name: 'test', user: {'client-certificate-data': base64(client.cert), 'client-key-data': base64(client.key)}}],
    contexts: [{name: 'test', context: {cluster: 'test', user: 'test'}}],
    'current-context': 'test',
  });
}
