import type {IncomingMessage, ServerResponse} from 'node:http';
import tls from 'node:tls';
import type {Program, ProgramContext} from '../../../model/index.ts';
import {type HttpService, serveHttp, untilKilled} from '../../../program/index.ts';
import {answer} from './answer.ts';
import {buildConfig} from './build-config.ts';
import {chooseServer} from './choose.ts';
import type {NginxConfig, ServerConfig} from './config.ts';
import {NGINX_VERSION} from './default-files.ts';
import type {Exchange} from './exchange.ts';
import {type Socket, socketsOf} from './listen.ts';
import {logAccess, logAlert, logNotice} from './logs.ts';
import {readOptions} from './options.ts';
import {decodePath} from './path.ts';
import {sendErrorPage} from './send.ts';
import {ConfigError} from './syntax.ts';

const GRACE_MS = 20_000;

/** nginx: a web server and reverse proxy by the part of its configuration that it has here; anything else in it is an error. */
export const nginx: Program = async (context) => {
  const options = readOptions(context.args.slice(1));
  if (typeof options === 'string') {
    context.stderr(`nginx: ${options}\n`);
    return 1;
  }
  if (options.action === 'version') {
    context.stderr(`nginx version: nginx/${NGINX_VERSION}\n`);
    return 0;
  }
  try {
    const config = buildConfig(context.files, options.configPath, options.globals);
    await resolveUpstreams(context, config);
    const secrets = readCertificates(context, config);
    if (options.action === 'serve') return await serve(context, config, secrets);
    context.stderr(
      `nginx: the configuration file ${options.configPath} syntax is ok\nnginx: configuration file ${options.configPath} test is successful\n`,
    );
    return 0;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return fail(context, error.message);
  }
};

function fail(context: ProgramContext, message: string): number {
  logAlert(context, 'emerg', message);
  context.stderr(`nginx: [emerg] ${message}\n`);
  return 1;
}

/** nginx does not start while a name that it passes requests to does not resolve. */
async function resolveUpstreams(context: ProgramContext, config: NginxConfig): Promise<void> {
  for (const place of config.upstreamNames) {
    const found = await context.network.lookup(place.name).catch(() => null); // not found is the answer that counts here
    if (found === null || found.length === 0) throw new ConfigError(`host not found in upstream "${place.name}"`, place);
  }
}

type Certificates = ReadonlyMap<ServerConfig, tls.SecureContext>;

function readCertificates(context: ProgramContext, config: NginxConfig): Certificates {
  const certificates = new Map<ServerConfig, tls.SecureContext>();
  for (const server of config.servers.filter(({listens}) => listens.some(({ssl}) => ssl))) {
    const {certificate, certificateKey} = server.scope;
    try {
      certificates.set(
        server,
        tls.createSecureContext({cert: context.files.readText(certificate ?? ''), key: context.files.readText(certificateKey ?? '')}),
      );
    } catch (error) {
      throw new ConfigError(`cannot load certificate "${certificate}": ${(error as Error).message}`);
    }
  }
  return certificates;
}

async function serve(context: ProgramContext, config: NginxConfig, certificates: Certificates): Promise<number> {
  let requests = 0;
  const handlerFor = (socket: Socket) => (request: IncomingMessage, response: ServerResponse) => {
    requests += 1;
    void handle(context, config, socket, {request, response, number: requests});
  };
  const services: HttpService[] = [];
  for (const socket of socketsOf(config.servers.flatMap(({listens}) => listens))) {
    const first = config.servers.find((server) => server.listens.some(({port}) => port === socket.port));
    const secureContext = socket.ssl && first ? certificates.get(first) : undefined;
    const idleMs = first?.scope.keepAliveMs ?? 75_000;
    const where = {
      port: socket.port,
      idleMs,
      ...(socket.host === null ? {} : {host: socket.host}),
      ...(secureContext ? {secureContext} : {}),
    };
    try {
      services.push(serveHttp(context, where, handlerFor(socket)));
    } catch (error) {
      if ((error as {code?: string}).code !== 'EADDRINUSE') throw error;
      throw new ConfigError(`bind() to ${socket.host ?? '0.0.0.0'}:${socket.port} failed (98: Address already in use)`);
    }
  }
  logNotice(context, `nginx/${NGINX_VERSION}`);
  logNotice(context, 'start worker processes');
  await untilTold(context, services);
  return 0;
}

async function untilTold(context: ProgramContext, services: readonly HttpService[]): Promise<void> {
  await new Promise<void>((resolve) => {
    const stop = (): void => {
      logNotice(context, 'gracefully shutting down');
      Promise.all(services.map((service) => service.stop(GRACE_MS))).then(() => resolve(), resolve);
    };
    context.onSignal('SIGTERM', stop); // the image's own stop signal is SIGQUIT, whose meaning this is
    context.onSignal('SIGINT', stop);
    void untilKilled(context.signal).then(resolve);
  });
}

interface Arrival {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly number: number;
}

async function handle(context: ProgramContext, config: NginxConfig, socket: Socket, arrival: Arrival): Promise<void> {
  const {request, response} = arrival;
  const server = chooseServer(config.servers, socket.port, request.headers.host ?? '');
  if (server === null) return void response.destroy();
  const [path = '/', ...query] = (request.url ?? '/').split('?');
  const uri = decodePath(path);
  const exchange: Exchange = {
    ...arrival,
    context,
    config,
    server,
    startedMs: Date.now(),
    isSecure: socket.ssl,
    uri: uri ?? '/',
    args: query.join('?'),
    scope: server.scope,
    errorStatus: null,
    bodyBytes: 0,
    upstreamAddress: '',
    redirects: 0,
  };
  response.once('close', () => logAccess(exchange));
  try {
    if (uri === null) sendErrorPage(exchange, 400);
    else await answer(exchange);
    request.resume();
  } catch (error) {
    context.stderr(`[alert] ${String(error)}\n`);
    response.destroy();
  }
}
