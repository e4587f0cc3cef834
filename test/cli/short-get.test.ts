import http from 'node:http';
import https from 'node:https';
import net, {type AddressInfo} from 'node:net';
import {afterEach, describe, expect, it} from 'vitest';
import {shortGet} from '../../src/cli/short-get.ts';
import type {StaticConfig} from '../../src/kube/static-config.ts';
import {makeCertificates} from '../load/certificates.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const LIST = {items: [{metadata: {name: 'quote'}}, {metadata: {name: 'zürich'}}]};

describe('a short GET', () => {
  it('reads an answer of known length, and sends what an API server wants to know', async () => {
    const seen: http.IncomingMessage[] = [];
    const config = await served((request, response) => {
      seen.push(request);
      const body = Buffer.from(JSON.stringify(LIST));
      response.setHeader('Content-Length', body.length).end(body);
    });
    expect(await ask({...config, token: 'secret'})).toEqual(LIST);
    expect(seen[0]?.url).toBe('/api/v1/services?limit=500');
    expect(seen[0]?.headers).toMatchObject({accept: 'application/json', authorization: 'Bearer secret', 'user-agent': 'kiada'});
  });

  it('puts chunks together, wherever they are cut', async () => {
    const config = await served((_request, response) => {
      const body = Buffer.from(JSON.stringify(LIST));
      for (let at = 0; at < body.length; at += 7) response.write(body.subarray(at, at + 7));
      response.end();
    });
    expect(await ask(config)).toEqual(LIST);
  });

  it('refuses what is no answer with 200', async () => {
    const config = await served((_request, response) => response.writeHead(403).end('{}'));
    await expect(ask(config)).rejects.toThrow('403');
  });

  for (const [what, bytes] of [
    ['of a known length', 'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{}'],
    ['in chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n'],
    ['in its head', 'HTTP/1.1 200 OK\r\nContent-'],
  ] as const) {
    it(`refuses an answer ${what} that was cut`, async () => {
      const server = net.createServer((socket) => {
        socket.on('error', () => {});
        socket.once('data', () => socket.end(bytes));
      });
      await expect(ask(await listening(server))).rejects.toThrow();
    });
  }

  it('speaks TLS with whom the CA vouches for, by the name that is meant, and with nobody else', async () => {
    const [own, other] = await Promise.all([makeCertificates('cluster.test'), makeCertificates('cluster.test')]);
    const seen: string[] = [];
    const server = https.createServer(own, (request, response) => {
      seen.push(request.url ?? '');
      response.end(JSON.stringify(LIST));
    });
    const config = await listening(server, 'https');
    const servername = 'cluster.test';
    expect(await ask({...config, tls: {ca: own.cert, servername}})).toEqual(LIST);
    await expect(ask({...config, tls: {ca: other.cert, servername}})).rejects.toThrow(/certificate/);
    await expect(ask({...config, tls: {ca: own.cert}})).rejects.toThrow(/altnames/);
    expect(seen).toHaveLength(1);
  });

  it('gives up on a server that says nothing', async () => {
    const config = await listening(net.createServer((socket) => void socket.on('error', () => {}).resume()));
    await expect(ask(config, 50)).rejects.toThrow('timed out');
  });
});

function ask(config: StaticConfig, timeoutMs = 5_000): Promise<unknown> {
  return shortGet(config, {path: '/api/v1/services?limit=500', accept: 'application/json', timeoutMs});
}

function served(handler: http.RequestListener): Promise<StaticConfig> {
  return listening(http.createServer(handler));
}

async function listening(server: net.Server, scheme = 'http'): Promise<StaticConfig> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  const {port} = server.address() as AddressInfo;
  return {server: `${scheme}://127.0.0.1:${port}`, context: 'test', namespace: 'default', tls: {}, token: null};
}
