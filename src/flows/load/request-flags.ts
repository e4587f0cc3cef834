import {readFileSync} from 'node:fs';
import {KiadaError} from '../../errors.ts';
import type {HttpRequestPlan, LoadPlan} from '../../load/index.ts';
import type {LoadFlags} from './load-flags.ts';

/** What each request is made of, and what it is sent by. Throws USAGE for what would be no request. */
export function sentOf(flags: LoadFlags): Pick<LoadPlan, 'protocol' | 'request' | 'payload'> {
  const body = bodyOf(flags);
  if (flags.udp) {
    if (body === null) throw new KiadaError('USAGE', '--udp needs something to send', {hint: 'Add --body TEXT or --body-file FILE.'});
    return {protocol: 'udp', request: null, payload: body};
  }
  if (flags.tcp) {
    if (body?.length === 0) throw new KiadaError('USAGE', 'an empty body has no answer', {hint: 'Leave --body out to connect only.'});
    return {protocol: 'tcp', request: null, payload: body};
  }
  const request = requestOf(flags, body);
  if (flags.grpc) return {protocol: 'grpc', request: {...request, path: flags.path === '/' ? HEALTH_CHECK : flags.path}, payload: null};
  return {protocol: flags.http2 ? 'h2' : 'http/1.1', request, payload: null};
}

/** What most gRPC servers have. An empty message asks for the server as a whole. */
const HEALTH_CHECK = '/grpc.health.v1.Health/Check';

function bodyOf({body, 'body-file': file}: LoadFlags): Buffer | null {
  if (file === undefined) return body === undefined ? null : Buffer.from(body);
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new KiadaError('USAGE', `cannot read the body from ${file}`, {hint: 'Name a file that is there and may be read.', cause});
  }
}

function requestOf(flags: LoadFlags, body: Buffer | null): HttpRequestPlan {
  if (!flags.path.startsWith('/')) throw new KiadaError('USAGE', `--path must begin with a slash: ${flags.path}`);
  // a line break in any of these would be a request of its own
  for (const text of [flags.path, flags.method, ...(flags.header ?? [])]) {
    if (/[\r\n]/.test(text)) throw new KiadaError('USAGE', 'a request line or header cannot hold a line break');
  }
  const headers = (flags.header ?? []).map((line) => {
    const colon = line.indexOf(':');
    if (colon < 1) throw new KiadaError('USAGE', `"${line}" is no header`, {hint: 'Write it like -H "Name: value".'});
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()] as const;
  });
  const host = headers.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? null;
  return {
    method: flags.method.toUpperCase(),
    path: flags.path,
    host,
    headers: headers.filter(([name]) => name.toLowerCase() !== 'host'),
    body,
  };
}
