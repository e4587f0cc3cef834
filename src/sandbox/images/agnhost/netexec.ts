import type {IncomingMessage, RequestListener, ServerResponse} from 'node:http';
import type {ProgramContext} from '../../../model/index.ts';

interface NetexecRequest {
  readonly context: ProgramContext;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
}

type Page = (netexec: NetexecRequest) => void | Promise<void>;

const PAGES: Readonly<Record<string, Page>> = {
  '/': ({response}) => send(response, 200, `NOW: ${new Date().toISOString()}`),
  '/hostname': ({context, response}) => send(response, 200, context.hostname),
  '/hostName': ({context, response}) => send(response, 200, context.hostname),
  '/clientip': ({request, response}) => send(response, 200, peerOf(request)),
  '/echo': ({query, response}) => send(response, statusOf(query, 'code'), query.get('msg') ?? ''),
  '/header': ({query, request, response}) => send(response, 200, String(request.headers[(query.get('key') ?? '').toLowerCase()] ?? '')),
  '/healthz': ({response}) => send(response, 200, ''),
  '/readyz': ({response}) => send(response, 200, ''),
  '/redirect': ({query, response}) => {
    response.setHeader('Location', query.get('location') ?? '/');
    send(response, statusOf(query, 'code', 302), '');
  },
  '/dial': ({response}) => send(response, 501, 'dial is not available in this sandbox'),
  '/shell': ({response}) => send(response, 501, 'shell is not available in this sandbox'),
};

/** The pages of `agnhost netexec`; with `only`, that page answers every path. */
export function netexecHandler(context: ProgramContext, only?: string): RequestListener {
  return (request, response) => {
    const [path = '/', query = ''] = (request.url ?? '/').split('?');
    const name = only ?? path;
    const page = Object.hasOwn(PAGES, name) ? PAGES[name] : undefined;
    request.resume();
    context.stdout(`${new Date().toISOString()} GET ${path} from ${peerOf(request)}\n`);
    if (page === undefined) send(response, 404, '404 page not found\n');
    else void page({context, request, response, query: new URLSearchParams(query)});
  };
}

function statusOf(query: URLSearchParams, name: string, otherwise = 200): number {
  const status = Number(query.get(name) ?? otherwise);
  return Number.isInteger(status) && status >= 200 && status <= 599 ? status : 400;
}

/** Address and port, an IPv6 address in brackets. */
function peerOf({socket}: IncomingMessage): string {
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '');
  return `${address.includes(':') ? `[${address}]` : address}:${socket.remotePort ?? ''}`;
}

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': Buffer.byteLength(text)});
  response.end(text);
}
