import http from 'node:http';
import type {AddressInfo} from 'node:net';
import {onTestFinished} from 'vitest';
import {KubeClient} from '../../src/kube/index.ts';

/** One request that the server got, with what it answers by. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  json(status: number, body: object): void;
  readonly response: http.ServerResponse;
}

export interface FakeServer {
  readonly url: string;
  readonly requests: readonly Exchange[];
  client(options?: {requestTimeoutMs?: number}): KubeClient;
  /** Cuts all connections and stops listening. */
  stop(): Promise<void>;
  /** Listens again on the same port. */
  start(): Promise<void>;
}

/** An HTTP server on a free port that answers as the handler says; it ends with the test. */
export async function fakeServer(handler: (exchange: Exchange) => void): Promise<FakeServer> {
  const requests: Exchange[] = [];
  let port = 0;
  let server = http.createServer();
  async function start(): Promise<void> {
    server = http.createServer((request, response) => void answer(request, response));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  }
  async function answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const url = new URL(request.url ?? '', 'http://server');
    const exchange: Exchange = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body,
      json: (status, value) => response.writeHead(status, {'content-type': 'application/json'}).end(JSON.stringify(value)),
      response,
    };
    requests.push(exchange);
    handler(exchange);
  }
  async function stop(): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }
  await start();
  const clients: KubeClient[] = [];
  onTestFinished(async () => {
    for (const client of clients) client.close();
    if (server.listening) await stop();
  });
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    stop,
    start,
    client({requestTimeoutMs = 5000} = {}) {
      const client = new KubeClient({
        server: `http://127.0.0.1:${port}`,
        context: 'fake',
        namespace: 'default',
        request: {agent: new http.Agent({keepAlive: true})},
        requestTimeoutMs,
      });
      clients.push(client);
      return client;
    },
  };
}

/** A refusal as API servers word it. */
export function status(code: number, reason: string, message: string, details: object = {}): object {
  return {kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message, details};
}
