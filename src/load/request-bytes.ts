import {KiadaError} from '../errors.ts';
import type {LoadPlan} from './plan.ts';

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** The request as bytes, made once for all. null for plain TCP. Throws KiadaError USAGE for what would not be one well-formed request. */
export function buildRequestBytes(plan: LoadPlan): Buffer | null {
  const {request, target} = plan;
  if (request === null) return null;
  if (!TOKEN.test(request.method)) throw new KiadaError('USAGE', `"${request.method}" is no HTTP method.`);
  if (!/^[\x21-\x7e]+$/.test(request.path))
    throw new KiadaError('USAGE', `The path "${request.path}" has characters that must be percent-encoded.`);
  const own = new Set(request.headers.map(([name]) => name.toLowerCase()));
  const headers: (readonly [string, string])[] = [...request.headers];
  if (!own.has('host')) headers.unshift(['Host', request.host ?? hostOf(target, plan.tls === null ? 80 : 443)]);
  if (!own.has('user-agent')) headers.push(['User-Agent', 'kiada']);
  if (!own.has('accept')) headers.push(['Accept', '*/*']);
  if (request.body !== null || ['POST', 'PUT', 'PATCH'].includes(request.method)) headers.push(lengthHeader(own, request.body));
  if (plan.connectionPerRequest && !own.has('connection')) headers.push(['Connection', 'close']);
  const head = headers.map(checkedLine).join('');
  return Buffer.concat([
    Buffer.from(`${request.method} ${request.path} HTTP/1.1\r\n${head}\r\n`, 'latin1'),
    request.body ?? Buffer.alloc(0),
  ]);
}

/** Host and port as a Host header has them: the default port is left out. */
function hostOf({host, port}: LoadPlan['target'], usual: number): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === usual ? name : `${name}:${port}`;
}

function lengthHeader(own: ReadonlySet<string>, body: Uint8Array | null): readonly [string, string] {
  if (own.has('content-length') || own.has('transfer-encoding')) {
    throw new KiadaError('USAGE', 'Content-Length and Transfer-Encoding follow from the body; they cannot be set with -H.');
  }
  return ['Content-Length', String(body?.length ?? 0)];
}

function checkedLine([name, value]: readonly [string, string]): string {
  if (!TOKEN.test(name)) throw new KiadaError('USAGE', `"${name}" is no header name.`);
  if (!VALUE.test(value)) throw new KiadaError('USAGE', `The value of the header ${name} holds a character that no header can carry.`);
  return `${name}: ${value}\r\n`;
}
