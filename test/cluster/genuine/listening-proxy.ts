import http from 'node:http';
import https from 'node:https';
import type {AddressInfo} from 'node:net';
import {stringify} from 'yaml';
import type {KubeClient} from '../../../src/kube/index.ts';

/** A door before the API server that writes down what is asked of it. */
export interface ListeningProxy {
  /** A kubeconfig that leads here. */
  readonly kubeconfig: string;
  /** What was asked since the last call: method and path with its query, in order of the alphabet. */
  taken(): readonly string[];
  close(): Promise<void>;
}

/** Opens one that passes everything on with the client's credentials. */
export async function openListeningProxy(client: KubeClient): Promise<ListeningProxy> {
  const {server, request} = client.connection();
  let asked: string[] = [];
  const door = http.createServer((incoming, answer) => {
    asked.push(`${incoming.method} ${decodeURIComponent(incoming.url ?? '')}`);
    const {host: _host, ...headers} = incoming.headers;
    const onward = https.request(new URL(`${server}${incoming.url}`), {...request, method: incoming.method, headers}, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  const {port} = door.address() as AddressInfo;
  return {
    kubeconfig: stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{name: 'door', cluster: {server: `http://127.0.0.1:${port}`}}],
      users: [{name: 'nobody', user: {}}],
      contexts: [{name: 'door', context: {cluster: 'door', user: 'nobody'}}],
      'current-context': 'door',
    }),
    taken() {
      const taken = asked.toSorted();
      asked = [];
      return taken;
    },
    async close() {
      door.closeAllConnections();
      await new Promise<void>((resolve) => door.close(() => resolve()));
    },
  };
}
