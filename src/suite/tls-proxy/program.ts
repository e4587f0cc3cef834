import {pipeline} from 'node:stream';
import tls from 'node:tls';
import type {Connection, Listener, Program, ProgramContext} from '../../model/index.ts';
import {type HttpService, secureConnection, serveHttp, untilKilled} from '../../program/index.ts';
import {parseFlags, parsePort} from '../parse-flags.ts';
import {type ProgramLog, programLog} from '../program-log.ts';

const CONNECT_TIMEOUT_MS = 1000;

interface TlsProxyConfig {
  readonly secureContext: tls.SecureContext;
  readonly listenPort: number;
  readonly targetPort: number;
  readonly adminPort: number;
}

/**
 * The TLS sidecar where there is no Envoy: ends TLS on one port and hands the bytes on to another on the pod's loopback. Its admin port
 * answers /ready, as Envoy's does.
 */
export const tlsProxy: Program = async (context) => {
  const config = readConfig(context);
  if (typeof config === 'string') {
    context.stderr(`tls-proxy: ${config}\n`);
    return 2;
  }
  const log = programLog(context);
  let listener: Listener;
  let admin: HttpService;
  try {
    listener = context.network.listen({port: config.listenPort}, (connection) => void handOn(context, config, connection, log));
    admin = serveHttp(context, {port: config.adminPort}, (request, response) => {
      const known = request.url === '/ready';
      response.writeHead(known ? 200 : 404, {'Content-Type': 'text/plain; charset=utf-8'});
      response.end(known ? 'LIVE\n' : 'not found; there is /ready\n');
    });
  } catch (error) {
    context.stderr(`tls-proxy: ${(error as Error).message}\n`);
    return 1;
  }
  log(`Ending TLS on port ${config.listenPort}, handing on to port ${config.targetPort}`);
  await Promise.race([new Promise<void>((resolve) => context.onSignal('SIGTERM', resolve)), untilKilled(context.signal)]);
  log('Received SIGTERM. Shutting down...');
  listener.close();
  await admin.stop(0);
  return 0;
};

async function handOn(context: ProgramContext, config: TlsProxyConfig, connection: Connection, log: ProgramLog): Promise<void> {
  connection.on('error', () => connection.destroy());
  const client = secureConnection(connection, config.secureContext, (error) => log(`TLS: ${error.message}`));
  try {
    const server = await context.network.connect({host: '127.0.0.1', port: config.targetPort}, {timeoutMs: CONNECT_TIMEOUT_MS});
    pipeline(client, server, client, () => {
      client.destroy();
      server.destroy();
    });
  } catch (error) {
    log(`port ${config.targetPort}: ${(error as Error).message}`);
    client.destroy();
  }
}

function readConfig(context: ProgramContext): TlsProxyConfig | string {
  const flags = parseFlags(context.args.slice(1), {
    'listen-port': '8443',
    'target-port': '8080',
    'admin-port': '9901',
    certificate: '/etc/config/kiada.crt',
    key: '/etc/config/kiada.key',
  });
  if ('problem' in flags) return flags.problem;
  const {certificate, key, ...ports} = flags.values;
  const [listenPort, targetPort, adminPort] = [ports['listen-port'], ports['target-port'], ports['admin-port']].map(parsePort);
  if (listenPort == null || targetPort == null || adminPort == null) return 'a port is not a number from 0 to 65535';
  try {
    const secureContext = tls.createSecureContext({cert: context.files.readText(certificate), key: context.files.readText(key)});
    return {secureContext, listenPort, targetPort, adminPort};
  } catch (error) {
    return `certificate ${certificate} with key ${key}: ${(error as Error).message}`;
  }
}
