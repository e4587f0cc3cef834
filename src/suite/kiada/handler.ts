import type {IncomingMessage, RequestListener} from 'node:http';
import type {ProgramLog} from '../program-log.ts';
import {clientAddress, nameParties, respond, respondJSON} from '../respond.ts';
import type {KiadaConfig} from './config.ts';
import {DUMMY_QUESTION, DUMMY_QUOTE} from './dummy.ts';
import {answerDummy} from './dummy-answer.ts';
import {FAVICON} from './favicon.ts';
import {renderPage} from './page.ts';
import {proxyQuiz, proxyQuote} from './proxy.ts';
import {kiadaReport, renderText} from './report.ts';
import type {KiadaRequest} from './request.ts';
import type {Upstream} from './upstream.ts';

type Handler = (request: KiadaRequest) => void | Promise<void>;

const PLAIN = 'text/plain; charset=utf-8';

const PAGES: Readonly<Record<string, Handler>> = {
  '/': (kiada) => {
    if (prefersJSON(kiada.request)) return sendReport(kiada, 'json');
    if (!isBrowser(kiada.request)) return sendReport(kiada, 'text');
    kiada.response.setHeader('Location', 'html');
    respond(kiada.response, 302, PLAIN, 'See html\n');
  },
  '/text': (kiada) => sendReport(kiada, 'text'),
  '/json': (kiada) => sendReport(kiada, 'json'),
  '/html': sendPage,
  '/favicon.ico': ({response}) => respond(response, 200, 'image/svg+xml', FAVICON),
  '/dummy/quote': ({response}) => respond(response, 200, PLAIN, `${DUMMY_QUOTE}\n`),
  '/dummy/quiz/questions/random': ({response}) => respondJSON(response, 200, DUMMY_QUESTION),
  '/dummy/quiz/questions/0': ({response}) => respondJSON(response, 200, DUMMY_QUESTION),
  '/healthz/ready': ({response}) => respond(response, 200, PLAIN, 'Ready\n'),
};

/** Kiada's answers. Each is logged, and names its pod and its client in headers. */
export function kiadaHandler(config: KiadaConfig, upstream: Upstream, log: ProgramLog, status: () => string): RequestListener {
  return (request, response) => {
    const clientIP = clientAddress(request);
    log(`Received request for ${request.url} from ${clientIP}`);
    nameParties(request, response, config.pod);
    const kiada = {request, response, rest: '', clientIP, config, upstream, status: status()};
    Promise.resolve(answer(kiada)).catch((error: unknown) => {
      log(`Request for ${request.url} failed: ${String(error)}`);
      if (response.headersSent) response.destroy();
      else respond(response, 500, PLAIN, 'ERROR: something went wrong in Kiada; its log says what\n');
    });
  };
}

function answer(kiada: KiadaRequest): void | Promise<void> {
  const url = kiada.request.url ?? '/';
  const path = url.replace(/[?#].*$/, '');
  if (path === '/proxy/quote') return proxyQuote(kiada);
  if (/^\/proxy\/quiz(\/|$)/.test(path)) return proxyQuiz({...kiada, rest: url.slice('/proxy/quiz'.length)});
  if (path === '/dummy/quiz/questions/0/answers') return answerDummy(kiada);
  const page = Object.hasOwn(PAGES, path) ? PAGES[path] : undefined;
  if (page === undefined) return respond(kiada.response, 404, PLAIN, `${path} not found\n`);
  if (!isRead(kiada.request)) {
    kiada.response.setHeader('Allow', 'GET, HEAD');
    return respond(kiada.response, 405, PLAIN, 'only GET and HEAD are supported here\n');
  }
  return page(kiada);
}

async function sendReport(kiada: KiadaRequest, format: 'text' | 'json'): Promise<void> {
  const [quote, question] = await Promise.all([kiada.upstream.quote(), kiada.upstream.question()]);
  const report = kiadaReport(kiada.config, {quote, question, clientIP: kiada.clientIP, status: kiada.status});
  if (format === 'json') respondJSON(kiada.response, 200, report);
  else respond(kiada.response, 200, PLAIN, renderText(report));
}

function sendPage({config, response, clientIP, status}: KiadaRequest): void {
  response.setHeader(
    'Content-Security-Policy',
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src 'self'",
  );
  respond(response, 200, 'text/html; charset=utf-8', renderPage(config, {clientIP, status}));
}

function isRead(request: IncomingMessage): boolean {
  return request.method === 'GET' || request.method === 'HEAD';
}

/** Browsers put text/html first; curl says that it takes anything. */
function isBrowser(request: IncomingMessage): boolean {
  return (request.headers.accept ?? '').startsWith('text/html');
}

function prefersJSON(request: IncomingMessage): boolean {
  return (request.headers.accept ?? '').startsWith('application/json');
}
