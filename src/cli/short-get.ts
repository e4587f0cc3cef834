import net from 'node:net';
import tls from 'node:tls';
import type {StaticConfig} from './static-config.ts';
import {trustNobodyElse} from './trust.ts';

export interface ShortGet {
  /** With its query. */
  readonly path: string;
  readonly accept: string;
  readonly timeoutMs: number;
}

/** Larger answers are refused: what is asked for here is names. */
const MAX_BODY = 16 * 1024 * 1024;

/**
 * The JSON of one answer, over a connection of its own and without node:http, which takes longer to load and to set up than a server
 * nearby takes to answer: completion at a prompt waits for it. The process must speak TLS with nobody else (see `trustNobodyElse`).
 * Rejects for whatever is not a whole answer with status 200.
 */
export async function shortGet(config: StaticConfig, {path, accept, timeoutMs}: ShortGet): Promise<unknown> {
  const url = new URL(config.server + path);
  const head = [
    `GET ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${url.host}`,
    `Accept: ${accept}`,
    'User-Agent: kiada',
    'Connection: close',
    ...(config.token === null ? [] : [`Authorization: Bearer ${config.token}`]),
  ];
  if (head.some((line) => /[\r\n]/.test(line))) throw new Error('a line break in what is sent');
  const socket = connect(url, config);
  const {promise, resolve, reject} = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let size = 0;
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error('timed out')));
  socket.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_BODY) socket.destroy(new Error('the answer is too large'));
    else chunks.push(chunk);
  });
  socket.on('error', reject);
  socket.on('end', () => resolve(Buffer.concat(chunks)));
  socket.on('close', () => reject(new Error('the connection was cut')));
  // sent when the connection is there, of TLS after the server has been verified
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  try {
    return JSON.parse(bodyOf(await promise).toString('utf8'));
  } finally {
    socket.destroy();
  }
}

function connect(url: URL, config: StaticConfig): net.Socket {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (url.protocol === 'http:') return net.connect({host, port: Number(url.port || 80)});
  if (config.tls.ca !== undefined) trustNobodyElse(config.tls.ca);
  // as node:https has it: an address is no server name, and is verified as an address
  const servername = net.isIP(host) === 0 ? host : '';
  return tls.connect({servername, ...config.tls, host, port: Number(url.port || 443), ALPNProtocols: ['http/1.1']});
}

/** The body of an answer (RFC 9112 sections 6 and 7.1), with its chunks put together. */
function bodyOf(answer: Buffer): Buffer {
  const end = answer.indexOf('\r\n\r\n');
  const head = answer.toString('latin1', 0, Math.max(end, 0));
  if (!/^HTTP\/1\.[01] 200 /.test(head)) throw new Error(`not answered with 200: ${head.slice(0, 80)}`);
  const body = answer.subarray(end + 4);
  if (/^transfer-encoding: *chunked *$/im.test(head)) return unchunked(body);
  const length = /^content-length: *(\d+) *$/im.exec(head)?.[1];
  if (length !== undefined && body.length !== Number(length)) throw new Error('the answer was cut');
  return body;
}

function unchunked(body: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.toString('latin1', at, Math.max(line, at)), 16);
    if (!(size >= 0) || line + 2 + size > body.length) throw new Error('the answer was cut');
    if (size === 0) return Buffer.concat(chunks);
    chunks.push(body.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}
