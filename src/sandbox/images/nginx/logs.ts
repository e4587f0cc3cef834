import type {ProgramContext} from '../../../model/index.ts';
import {clientOf, type Exchange, variablesOf} from './exchange.ts';
import {expand, type Variables} from './variables.ts';

const COMBINED = '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"';

/** The line of the access log; the image's log file is its standard output. */
export function logAccess(exchange: Exchange): void {
  const log = exchange.scope.accessLog;
  if (log === null) return;
  const values = variablesOf(exchange);
  const visible: Variables = (name) => escapeValue(values(name));
  write(exchange.context, log.path, `${expand(exchange.config.logFormats.get(log.format) ?? COMBINED, visible)}\n`);
}

/** A line of the error log about one request. */
export function logError(exchange: Exchange, message: string): void {
  const {context, server, request, number} = exchange;
  const about = `client: ${clientOf(exchange)}, server: ${server.names[0] ?? ''}, request: "${request.method} ${request.url} HTTP/${request.httpVersion}"`;
  const host = request.headers.host === undefined ? '' : `, host: "${request.headers.host}"`;
  context.stderr(`${stamp()} [error] 1#1: *${number} ${visible(message)}, ${visible(about)}${visible(host)}\n`);
}

/** A line of the error log about nginx itself. */
export function logNotice(context: ProgramContext, message: string): void {
  logAlert(context, 'notice', message);
}

/** The same at another level. */
export function logAlert(context: ProgramContext, level: 'notice' | 'emerg', message: string): void {
  context.stderr(`${stamp()} [${level}] 1#1: ${message}\n`);
}

function write(context: ProgramContext, path: string, line: string): void {
  try {
    if (path === '/dev/stdout' || path === '/var/log/nginx/access.log') context.stdout(line);
    else if (path === '/dev/stderr') context.stderr(line);
    else context.files.append(path, line);
  } catch (error) {
    context.stderr(`${stamp()} [alert] 1#1: write() to "${path}" failed (${(error as Error).message})\n`);
  }
}

/** What nginx makes of an empty value and of characters that could forge a log line. */
function escapeValue(text: string): string {
  return text === '' ? '-' : visible(text.replace(/["\\]/g, hex));
}

function visible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return text.replace(/[\x00-\x1f\x7f]/g, hex);
}

function hex(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

function stamp(): string {
  return new Date().toISOString().replace('T', ' ').replaceAll('-', '/').slice(0, 19);
}
