import {chooseLocation} from './choose.ts';
import type {ErrorPage, LocationConfig} from './config.ts';
import {type Exchange, variablesOf} from './exchange.ts';
import {logError} from './logs.ts';
import {type Outcome, SENT} from './outcome.ts';
import {serveProxy} from './proxy.ts';
import {putHeaders, sendBody, sendErrorPage, sendRedirect, sendText, siteOf} from './send.ts';
import {filePath, kindOf, serveStatic} from './static-file.ts';
import {expand} from './variables.ts';

const REDIRECT_LIMIT = 10;

/** Answers one request, with all the internal redirects that its configuration asks for. */
export async function answer(exchange: Exchange): Promise<void> {
  const {server} = exchange;
  const early = answerEarly(exchange);
  let next: string | null = early === null ? exchange.uri : resolve(exchange, early);
  while (next !== null) {
    const location = next.startsWith('@') ? namedLocation(exchange, next) : enter(exchange, next);
    exchange.scope = location?.scope ?? server.scope;
    const outcome: Outcome =
      location?.scope.internal && exchange.redirects === 0 ? {kind: 'error', status: 404} : await handle(exchange, location);
    next = resolve(exchange, outcome);
  }
}

/** What the server answers before it looks for a location. */
function answerEarly(exchange: Exchange): Outcome | null {
  const {returns} = exchange.server.scope;
  return returns === null ? null : sendReturn(exchange, returns);
}

function enter(exchange: Exchange, uri: string): LocationConfig | null {
  const [path = '/', ...query] = uri.split('?');
  exchange.uri = path;
  if (query.length > 0) exchange.args = query.join('?');
  return chooseLocation(exchange.server.locations, path);
}

function namedLocation({server}: Exchange, name: string): LocationConfig | null {
  return server.locations.find((location) => location.kind === 'named' && location.path === name) ?? null;
}

async function handle(exchange: Exchange, location: LocationConfig | null): Promise<Outcome> {
  const {scope} = exchange;
  if (scope.returns !== null) return sendReturn(exchange, scope.returns);
  if (Number(exchange.request.headers['content-length'] ?? 0) > scope.maxBodyBytes) return {kind: 'error', status: 413};
  if (scope.tryFiles !== null) {
    const found = tryFiles(exchange, location, scope.tryFiles);
    if (found.kind !== 'internal' || found.uri !== exchange.uri) return found;
  }
  if (scope.proxyPass !== null && location !== null) return serveProxy(exchange, location);
  return serveStatic(exchange, location);
}

/** The first of the files that exists, served under its own path; else what the last argument says. */
function tryFiles(exchange: Exchange, location: LocationConfig | null, candidates: readonly string[]): Outcome {
  const variables = variablesOf(exchange);
  for (const candidate of candidates.slice(0, -1)) {
    const uri = expand(candidate, variables);
    const kind = kindOf(exchange.context.files, filePath(exchange, location, uri).replace(/\/$/, ''));
    if (kind !== (uri.endsWith('/') ? 'directory' : 'file')) continue;
    exchange.uri = uri;
    return {kind: 'internal', uri};
  }
  const last = expand(candidates.at(-1) ?? '', variables);
  if (last.startsWith('=')) return {kind: 'error', status: Number(last.slice(1))};
  return {kind: 'internal', uri: last === exchange.uri ? `${last}?` : last};
}

function sendReturn(exchange: Exchange, returns: {readonly status: number; readonly text: string | null}): Outcome {
  const {status} = returns;
  const text = returns.text === null ? null : expand(returns.text, variablesOf(exchange));
  if (status === 444) {
    exchange.response.destroy();
    return SENT;
  }
  if (text !== null && [301, 302, 303, 307, 308].includes(status)) {
    sendRedirect(exchange, status, text.startsWith('/') ? siteOf(exchange) + text : text);
    return SENT;
  }
  if (text !== null) {
    sendText(exchange, status, exchange.scope.types.get(/\.(\w+)$/.exec(exchange.uri)?.[1] ?? '') ?? exchange.scope.defaultType, text);
    return SENT;
  }
  if (status >= 400) return {kind: 'error', status};
  putHeaders(exchange, status);
  sendBody(exchange, Buffer.alloc(0));
  return SENT;
}

/** Where to go on; null where the answer is on its way. */
function resolve(exchange: Exchange, outcome: Outcome): string | null {
  if (outcome.kind === 'sent') return null;
  exchange.redirects += 1;
  if (outcome.kind === 'internal') {
    if (exchange.redirects <= REDIRECT_LIMIT) return outcome.uri;
    logError(exchange, 'rewrite or internal redirection cycle');
    sendErrorPage(exchange, 500);
    return null;
  }
  if (outcome.log !== undefined) logError(exchange, outcome.log);
  const page =
    exchange.errorStatus === null ? exchange.scope.errorPages.find(({statuses}) => statuses.includes(outcome.status)) : undefined;
  if (page !== undefined) return errorPage(exchange, page, outcome.status);
  sendErrorPage(exchange, exchange.errorStatus ?? outcome.status);
  return null;
}

function errorPage(exchange: Exchange, page: ErrorPage, status: number): string | null {
  const target = expand(page.target, variablesOf(exchange));
  if (/^https?:/.test(target)) {
    sendRedirect(exchange, page.answer || 302, target);
    return null;
  }
  if (page.answer !== 0) exchange.errorStatus = page.answer ?? status;
  if (!target.startsWith('@')) exchange.request.method = exchange.request.method === 'HEAD' ? 'HEAD' : 'GET';
  return target;
}
