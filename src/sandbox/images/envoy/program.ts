import tls from 'node:tls';
import type {Program, ProgramContext} from '../../../model/index.ts';
import {type HttpService, secureConnection, serveHttp, untilKilled} from '../../../program/index.ts';
import {type AdminState, adminHandler} from './admin.ts';
import {type Cluster, clusterOf} from './cluster.ts';
import type {EnvoyConfig, ListenerConfig, PemSource} from './config.ts';
import {httpProxyHandler} from './http-proxy.ts';
import {EnvoyConfigError} from './node.ts';
import {readEnvoyConfig} from './read-config.ts';
import {proxyTcp} from './tcp-proxy.ts';

/** Envoy, by the static configuration that it is given; what is not here of it is refused at the start. */
export const envoy: Program = async (context) => {
  try {
    const options = readOptions(context);
    const config = readEnvoyConfig(options.text);
    if (options.validateOnly) {
      context.stdout(`configuration '${options.name}' OK\n`);
      return 0;
    }
    return await run(context, config);
  } catch (error) {
    if (!(error instanceof EnvoyConfigError) && (error as {code?: string}).code === undefined) throw error;
    log(context, 'critical', `error initializing configuration: ${(error as Error).message}`);
    return 1;
  }
};

/** The image's entrypoint: flags alone are Envoy's. */
export const envoyEntrypoint: Program = async (context) => {
  const [first = 'envoy', ...rest] = context.args.slice(1);
  if (first.startsWith('-')) return envoy({...context, args: ['envoy', first, ...rest]});
  if (first === 'envoy') return envoy({...context, args: [first, ...rest]});
  context.stderr(`docker-entrypoint.sh: ${first} is not available in this sandbox's Envoy image\n`);
  return 127;
};

const FLAGS_IGNORED =
  /^(-l|--log-level|--concurrency|--service-cluster|--service-node|--drain-time-s|--log-format|--component-log-level|--base-id)$/;

function readOptions(context: ProgramContext): {readonly text: string; readonly name: string; readonly validateOnly: boolean} {
  const rest = context.args.slice(1).flatMap((arg) => (arg.startsWith('--') ? arg.split(/=(.*)/s, 2) : [arg]));
  let name = '';
  let text: string | null = null;
  let validateOnly = false;
  while (rest.length > 0) {
    const flag = rest.shift() ?? '';
    if (flag === '--mode') validateOnly = rest.shift() === 'validate';
    else if (FLAGS_IGNORED.test(flag)) rest.shift();
    else if (flag === '--config-yaml') text = rest.shift() ?? '';
    else if (flag === '-c' || flag === '--config-path') name = rest.shift() ?? '';
    else throw new EnvoyConfigError('', `unknown argument ${flag}`);
  }
  if (text === null && name === '') throw new EnvoyConfigError('', 'a configuration is wanted: -c FILE or --config-yaml TEXT');
  if (text === null && !context.files.exists(name)) throw new EnvoyConfigError('', `unable to read file: ${name}`);
  return {text: text ?? context.files.readText(name), name, validateOnly};
}

async function run(context: ProgramContext, config: EnvoyConfig): Promise<number> {
  const clusters = new Map(config.clusters.map((cluster) => [cluster.name, clusterOf(cluster, context.network)]));
  let quit = (): void => {};
  const told = new Promise<void>((resolve) => {
    quit = resolve;
  });
  const state: AdminState = {clusters, listeners: config.listeners.map(withCounters), startedMs: Date.now(), draining: false, quit};
  const close: (() => void)[] = [];
  if (config.admin !== null) close.push(closing(serveHttp(context, config.admin, adminHandler(state))));
  for (const listener of state.listeners) close.push(openListener(context, listener, clusters));
  log(context, 'info', 'all clusters initialized, starting workers');
  context.onSignal('SIGTERM', quit);
  context.onSignal('SIGINT', quit);
  await Promise.race([told, untilKilled(context.signal)]);
  log(context, 'info', 'shutting down');
  for (const each of close) each();
  return 0;
}

type CountedListener = AdminState['listeners'][number];

function withCounters(config: ListenerConfig): CountedListener {
  return {config, counters: {connections: 0, requests: 0, tlsErrors: 0}};
}

function closing(service: HttpService): () => void {
  return () => void service.stop(0);
}

function openListener(context: ProgramContext, {config, counters}: CountedListener, clusters: ReadonlyMap<string, Cluster>): () => void {
  const {filter, address, tls: pems} = config;
  const secureContext = pems ? tls.createSecureContext({cert: readPem(context, pems.certificate), key: readPem(context, pems.key)}) : null;
  const onTlsError = (error: Error): void => {
    counters.tlsErrors += 1;
    log(context, 'debug', `TLS error: ${error.message}`);
  };
  if (filter.kind === 'http') {
    const handler = httpProxyHandler({context, filter, clusters, isSecure: pems !== null});
    const counted: typeof handler = (request, response) => {
      counters.requests += 1;
      handler(request, response);
    };
    const onConnection = (): void => {
      counters.connections += 1;
    };
    return closing(
      serveHttp(context, {...address, idleMs: 3_600_000, onConnection, ...(secureContext ? {secureContext, onTlsError} : {})}, counted),
    );
  }
  const listener = context.network.listen(address, (connection) => {
    counters.connections += 1;
    const cluster = clusters.get(filter.cluster);
    if (cluster) void proxyTcp(secureContext ? secureConnection(connection, secureContext, onTlsError) : connection, cluster);
  });
  return () => listener.close();
}

function readPem(context: ProgramContext, source: PemSource): string {
  if ('text' in source) return source.text;
  if (!context.files.exists(source.file)) throw new EnvoyConfigError('', `unable to read file: ${source.file}`);
  return context.files.readText(source.file);
}

function log(context: ProgramContext, level: string, message: string): void {
  context.stderr(`[${new Date().toISOString()}][1][${level}] ${message}\n`);
}
