import net from 'node:net';
import tls from 'node:tls';
import type {StaticConfig} from '../kube/static-config.ts';
import {trustNobodyElse} from '../kube/trust.ts';
import {type HttpResponse, ResponseReader} from '../load/response-reader.ts';

export interface ShortGet {
  /** With its query. */
  readonly path: string;
  readonly accept: string;
  readonly timeoutMs: number;
}

/** Larger answers are refused: what is asked for here is names. */
const MAX_BODY = 16 * 1024 * 1024;

/**
 * The JSON of one answer, over a connection of its own and without the client that commands have, whose node:http takes longer to load than
 * a server nearby takes to answer: a sixth of a completion, which somebody waits for at the prompt. The process must speak TLS with nobody else (see `trustNobodyElse`).
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
  const {promise, resolve, reject} = Promise.withResolvers<HttpResponse>();
  const reader = new ResponseReader({method: 'GET', captureBytes: MAX_BODY, onResponse: resolve});
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error('timed out')));
  socket.on('data', (chunk: Buffer) => {
    try {
      reader.feed(chunk);
    } catch (error) {
      reject(error);
    }
  });
  socket.on('error', reject);
  socket.on('end', () => reader.end());
  socket.on('close', () => reject(new Error('the answer was cut')));
  // sent when the connection is there, of TLS after the server has been verified
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  try {
    return jsonOf(await promise);
  } finally {
    socket.destroy();
  }
}

function jsonOf({head, body, bodyBytes}: HttpResponse): unknown {
  if (head.status !== 200) throw new Error(`answered with ${head.status}`);
  if (bodyBytes > MAX_BODY) throw new Error('the answer is too large');
  return JSON.parse((body ?? '').toString('utf8'));
}

function connect(url: URL, config: StaticConfig): net.Socket {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (url.protocol === 'http:') return net.connect({host, port: Number(url.port || 80)});
  if (config.tls.ca !== undefined) trustNobodyElse(config.tls.ca);
  // as node:https has it: an address is no server name, and is verified as an address
  const servername = net.isIP(host) === 0 ? host : '';
  return tls.connect({servername, ...config.tls, host, port: Number(url.port || 443), ALPNProtocols: ['http/1.1']});
}
