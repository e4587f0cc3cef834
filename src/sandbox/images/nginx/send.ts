import {STATUS_CODES} from 'node:http';
import {NGINX_VERSION} from './default-files.ts';
import {type Exchange, variablesOf} from './exchange.ts';
import {expand} from './variables.ts';

/** Where nginx's words for a status are older than the present ones of RFC 9110. */
const PHRASES: Readonly<Record<number, string>> = {
  302: 'Moved Temporarily',
  405: 'Not Allowed',
  413: 'Request Entity Too Large',
  414: 'Request-URI Too Large',
  416: 'Requested Range Not Satisfiable',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

function phraseOf(status: number): string {
  return PHRASES[status] ?? STATUS_CODES[status] ?? '';
}

/** Scheme, name and port under which nginx sends a client on to itself: its own port, not the one that the client named. */
export function siteOf({request, isSecure}: Exchange): string {
  const port = request.socket.localPort ?? 80;
  const name = (request.headers.host ?? 'localhost').replace(/:\d+$/, '');
  return `${isSecure ? 'https' : 'http'}://${name}${port === (isSecure ? 443 : 80) ? '' : `:${port}`}`;
}

/** Statuses with which `add_header` applies without `always`. */
const ADD_HEADER_STATUSES = new Set([200, 201, 204, 206, 301, 302, 303, 304, 307, 308]);

/** Sets the headers that every answer has, and those of `add_header`. */
export function putHeaders(exchange: Exchange, status: number): void {
  const {response, scope} = exchange;
  response.statusCode = status;
  response.statusMessage = phraseOf(status);
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
  if (exchange.response.statusCode !== 204) exchange.response.setHeader('Content-Length', body.length);
  exchange.bodyBytes = exchange.request.method === 'HEAD' ? 0 : body.length;
  exchange.response.end(body);
}

/** nginx's own page for a status. */
export function sendErrorPage(exchange: Exchange, status: number): void {
  const title = `${status} ${status === 302 ? 'Found' : phraseOf(status)}`.trim();
  const page = ['<html>', `<head><title>${title}</title></head>`, '<body>', `<center><h1>${title}</h1></center>`];
  sendText(exchange, status, 'text/html', [...page, `<hr><center>nginx/${NGINX_VERSION}</center>`, '</body>', '</html>', ''].join('\r\n'));
}

/** A redirect with its small page. */
export function sendRedirect(exchange: Exchange, status: number, location: string): void {
  exchange.response.setHeader('Location', location);
  sendErrorPage(exchange, status);
}
