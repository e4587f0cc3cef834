import {createServer as createHttpServer} from 'node:http';
import {createServer as createHttp2Server} from 'node:http2';
import {type AddressInfo, connect, createServer, type Server} from 'node:net';
import type {Duplex} from 'node:stream';
import {createServer as createTlsServer} from 'node:tls';
import {describe, expect, it, onTestFinished} from 'vitest';
import {expectedProtocol} from '../../../src/findings/index.ts';
import {spokenAt} from '../../../src/flows/observe/spoken.ts';
import {makeCertificates} from '../../load/certificates.ts';

const SOON = 500;

async function listening(server: Pick<Server, 'listen' | 'address' | 'close'>): Promise<() => Promise<Duplex>> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const {port} = server.address() as AddressInfo;
  return () =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(socket));
      socket.once('error', reject);
    });
}

async function spoken(server: Parameters<typeof listening>[0], said: string) {
  const expected = expectedProtocol({name: said, appProtocol: null});
  if (expected === null) throw new Error(`nothing is expected of ${said}`);
  return spokenAt(await listening(server), 'web', expected, SOON);
}

const plain = () => createHttpServer((_, response) => response.end('hello'));
const secure = async () => createTlsServer(await makeCertificates('web'), (socket) => socket.end());
const silent = () => createServer(() => undefined);
const curt = () => createServer((socket) => socket.end());

describe('what a server speaks is found out', () => {
  it('by a plain request to a plain HTTP server', async () => expect(await spoken(plain(), 'http')).toBe('http'));
  it('by a handshake with a TLS server', async () => expect(await spoken(await secure(), 'https')).toBe('tls'));
  it('by the preface with a plain HTTP/2 server', async () => expect(await spoken(createHttp2Server(), 'grpc')).toBe('http2'));
  it('to be TLS where plain HTTP is expected', async () => expect(await spoken(await secure(), 'http')).toBe('tls'));
  it('to be plain HTTP where TLS is expected', async () => expect(await spoken(plain(), 'https')).toBe('http'));
  it('to be HTTP/1 where HTTP/2 is expected', async () => expect(await spoken(plain(), 'h2c')).toBe('http'));
  it('to be nothing by a server that closes at once', async () => expect(await spoken(curt(), 'http')).toBe('closed'));

  it('to be HTTP by a server that answers 400, as long as it does not speak TLS', async () => {
    const refuses = createHttpServer((_, response) => response.writeHead(400).end());
    expect(await spoken(refuses, 'http')).toBe('http');
    // that may be a TLS server's way to tell plain HTTP off: what is expected to be TLS is not called plain for it
    expect(
      await spoken(
        createHttpServer((_, response) => response.writeHead(400).end()),
        'https',
      ),
    ).toBeNull();
  });

  it('not at all from a server that is silent', async () => {
    expect(await spoken(silent(), 'http')).toBeNull();
    expect(await spoken(silent(), 'https')).toBeNull();
  });

  it('only where the port says anything about it', () => {
    expect(expectedProtocol({name: 'metrics', appProtocol: null})).toBeNull();
    expect(expectedProtocol({name: 'https', appProtocol: 'http'})?.said).toBe('http');
    expect(expectedProtocol({name: 'grpc-api', appProtocol: null})?.allowed).toEqual(['http2', 'tls']);
  });
});
