import type {IncomingMessage} from 'node:http';
import type {ProgramFiles} from '../../../model/index.ts';
import type {LocationConfig} from './config.ts';
import {type Exchange, variablesOf} from './exchange.ts';
import {type Outcome, SENT} from './outcome.ts';
import {putHeaders, sendBody, sendRedirect, sendText, siteOf} from './send.ts';
import {expand} from './variables.ts';

/** The file that a path of the site stands for. */
export function filePath(exchange: Exchange, location: LocationConfig | null, uri: string): string {
  const {scope} = exchange;
  const variables = variablesOf(exchange);
  if (scope.alias !== null)
    return expand(scope.alias, variables) + uri.slice(location?.kind === 'regex' ? uri.length : (location?.path.length ?? 0));
  return expand(scope.root, variables).replace(/\/$/, '') + uri;
}

/** Serves a file, or a folder by its index file. */
export function serveStatic(exchange: Exchange, location: LocationConfig | null): Outcome {
  const {request, uri, context, scope} = exchange;
  if (request.method !== 'GET' && request.method !== 'HEAD') return {kind: 'error', status: 405};
  const path = filePath(exchange, location, uri);
  if (uri.endsWith('/')) return serveFolder(exchange, location, path);
  const kind = kindOf(context.files, path);
  if (kind === null) return {kind: 'error', status: 404, log: `open() "${path}" failed (2: No such file or directory)`};
  if (kind === 'directory') {
    sendRedirect(exchange, 301, `${siteOf(exchange)}${uri}/${exchange.args === '' ? '' : `?${exchange.args}`}`);
    return SENT;
  }
  return sendFile(exchange, path, scope.types.get(extensionOf(path)) ?? scope.defaultType);
}

function serveFolder(exchange: Exchange, location: LocationConfig | null, path: string): Outcome {
  const {scope, uri, context} = exchange;
  for (const name of scope.index) {
    const target = name.startsWith('/') ? name : uri + name;
    const file = name.startsWith('/') ? filePath(exchange, location, name) : path + name;
    if (kindOf(context.files, file) === 'file') return {kind: 'internal', uri: target};
  }
  if (kindOf(context.files, path.replace(/\/$/, '')) !== 'directory') {
    return {kind: 'error', status: 404, log: `"${path}${scope.index[0] ?? ''}" is not found (2: No such file or directory)`};
  }
  if (scope.autoindex) {
    sendText(exchange, 200, 'text/html', listing(exchange, path));
    return SENT;
  }
  return {kind: 'error', status: 403, log: `directory index of "${path}" is forbidden`};
}

function sendFile(exchange: Exchange, path: string, contentType: string): Outcome {
  const {response, request, context, errorStatus} = exchange;
  const content = Buffer.from(context.files.read(path));
  const modified = new Date(Math.floor(context.files.stat(path).modifiedMs / 1000) * 1000);
  const etag = `"${(modified.getTime() / 1000).toString(16)}-${content.length.toString(16)}"`;
  const fresh = errorStatus === null ? freshness(request, modified, etag) : 'send';
  if (fresh === 'failed') return {kind: 'error', status: 412};
  const range = errorStatus === null && fresh === 'send' ? readRange(request, content.length, modified, etag) : null;
  if (range === 'unsatisfiable') {
    response.setHeader('Content-Range', `bytes */${content.length}`);
    return {kind: 'error', status: 416};
  }
  putHeaders(exchange, errorStatus ?? (fresh === 'unchanged' ? 304 : range ? 206 : 200));
  response.setHeader('Last-Modified', modified.toUTCString());
  response.setHeader('ETag', etag);
  if (fresh === 'unchanged') {
    response.end();
    return SENT;
  }
  response.setHeader('Content-Type', contentType);
  if (range) response.setHeader('Content-Range', `bytes ${range.first}-${range.last}/${content.length}`);
  else if (response.statusCode === 200) response.setHeader('Accept-Ranges', 'bytes');
  sendBody(exchange, range ? content.subarray(range.first, range.last + 1) : content);
  return SENT;
}

/** RFC 9110, section 13.2.2, as far as it goes for files. */
function freshness({headers}: IncomingMessage, modified: Date, etag: string): 'send' | 'unchanged' | 'failed' {
  const match = headers['if-match'];
  if (match !== undefined && match !== '*' && !etagsOf(match).includes(etag)) return 'failed';
  const noneMatch = headers['if-none-match'];
  if (noneMatch !== undefined) return noneMatch === '*' || etagsOf(noneMatch).includes(etag) ? 'unchanged' : 'send';
  const since = headers['if-modified-since'];
  return since !== undefined && Date.parse(since) === modified.getTime() ? 'unchanged' : 'send';
}

function etagsOf(header: string): readonly string[] {
  return header.split(',').map((each) => each.trim().replace(/^W\//, ''));
}

interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** One range of bytes; several at once are answered with the whole file, as RFC 9110 allows. */
function readRange({headers}: IncomingMessage, size: number, modified: Date, etag: string): ByteRange | 'unsatisfiable' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? '');
  const condition = headers['if-range'];
  if (match === null || (condition !== undefined && condition !== etag && Date.parse(condition as string) !== modified.getTime()))
    return null;
  const [, from = '', to = ''] = match;
  if (from === '' && to === '') return null;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  return first > last || first >= size ? 'unsatisfiable' : {first, last};
}

/** Whether a path is a file or a folder; null where there is neither. */
export function kindOf(files: ProgramFiles, path: string): 'file' | 'directory' | null {
  return files.exists(path) ? files.stat(path).type : null;
}

function extensionOf(path: string): string {
  return /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
}

function listing({context, uri}: Exchange, path: string): string {
  const names = context.files
    .list(path.replace(/\/$/, '') || '/')
    .map((name) => (kindOf(context.files, path + name) === 'directory' ? `${name}/` : name));
  const links = names.map((name) => `<a href="${encodeURI(name)}">${name.replace(/&/g, '&amp;').replace(/</g, '&lt;')}</a>`);
  const title = `Index of ${uri.replace(/&/g, '&amp;').replace(/</g, '&lt;')}`;
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<h1>${title}</h1><hr><pre><a href="../">../</a>\r\n${links.join('\r\n')}\r\n</pre><hr></body>\r\n</html>\r\n`;
}
