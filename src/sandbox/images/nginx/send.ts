import {STATUS_CODES} from 'node:http';
import {NGINX_VERSION} from './default-files.ts';
import {type Exchange, variablesOf} from './exchange.ts';
import {expand} from './variables.ts';

/** Statuses with which `add_header` applies without `always`. */
const ADD_HEADER_STATUSES = new Set([200, 201, 204, 206, 301, 302, 303, 304, 307, 308]);

/** Sets the headers that every answer has, and those of `add_header`. */
export function putHeaders(exchange: Exchange, status: number): void {
  const {response, scope} = exchange;
  response.statusCode = status;
  response.setHeader('Server', `nginx/${NGINX_VERSION}`);
  const variables = variablesOf(exchange);
  for (const {name, value, always} of scope.addHeaders) {
    if (!always && !ADD_HEADER_STATUSES.has(status)) continue;
    const text = expand(value, variables);
    if (text !== '') response.appendHeader(name, text);
  }
}

/** Sends a whole answer. */
export function sendText(exchange: Exchange, status: number, contentType: string, text: string): void {
  putHeaders(exchange, status);
  const body = Buffer.from(text);
  exchange.response.setHeader('Content-Type', contentType);
  sendBody(exchange, body);
}

/** Sends the body that belongs to the headers already set; HEAD gets none. */
export function sendBody(exchange: Exchange, body: Buffer): void {
  exchange.response.setHeader('Content-Length', body.length);
  exchange.bodyBytes = exchange.request.method === 'HEAD' ? 0 : body.length;
  exchange.response.end(body);
}

/** nginx's own page for a status. */
export function sendErrorPage(exchange: Exchange, status: number): void {
  const title = `${status} ${STATUS_CODES[status] ?? ''}`.trim();
  const page = ['<html>', `<head><title>${title}</title></head>`, '<body>', `<center><h1>${title}</h1></center>`];
  sendText(exchange, status, 'text/html', [...page, `<hr><center>nginx/${NGINX_VERSION}</center>`, '</body>', '</html>', ''].join('\r\n'));
}

/** A redirect with its small page. */
export function sendRedirect(exchange: Exchange, status: number, location: string): void {
  exchange.response.setHeader('Location', location);
  sendErrorPage(exchange, status);
}
