import {readFileSync} from 'node:fs';
import https from 'node:https';
import {parse} from 'yaml';

/** The API server of a kubeconfig's current context, over one kept connection. */
export interface Api {
  /** Resolves with the moment (`performance.now()`) at which the answer was there. */
  send(method: string, path: string, body: unknown, type?: string): Promise<number>;
  close(): void;
}

export function openApi(kubeconfig: string): Api {
  const {server, agent} = accessOf(kubeconfig);
  return {
    send: (method, path, body, type = 'application/json') =>
      new Promise((resolve, reject) => {
        const request = https.request(new URL(path, server), {method, agent, headers: {'Content-Type': type}}, (response) => {
          response.resume();
          response.on('end', () => {
            if ((response.statusCode ?? 0) < 300) resolve(performance.now());
            else reject(new Error(`${method} ${path}: HTTP ${response.statusCode}`));
          });
        });
        request.on('error', reject);
        request.end(JSON.stringify(body));
      }),
    close: () => agent.destroy(),
  };
}

interface Kubeconfig {
  readonly 'current-context': string;
  readonly contexts: readonly {readonly name: string; readonly context: {readonly cluster: string; readonly user: string}}[];
  readonly clusters: readonly {
    readonly name: string;
    readonly cluster: {readonly server: string; readonly 'certificate-authority-data': string};
  }[];
  readonly users: readonly {
    readonly name: string;
    readonly user: {readonly 'client-certificate-data': string; readonly 'client-key-data': string};
  }[];
}

function accessOf(file: string): {readonly server: string; readonly agent: https.Agent} {
  const config = parse(readFileSync(file, 'utf8')) as Kubeconfig;
  const context = config.contexts.find(({name}) => name === config['current-context'])?.context;
  const cluster = config.clusters.find(({name}) => name === context?.cluster)?.cluster;
  const user = config.users.find(({name}) => name === context?.user)?.user;
  if (cluster === undefined || user === undefined) throw new Error(`${file} names no cluster with a user`);
  const decoded = (data: string): Buffer => Buffer.from(data, 'base64');
  const agent = new https.Agent({
    keepAlive: true,
    ca: decoded(cluster['certificate-authority-data']),
    cert: decoded(user['client-certificate-data']),
    key: decoded(user['client-key-data']),
  });
  return {server: cluster.server, agent};
}
