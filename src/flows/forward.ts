import net from 'node:net';
import {KiadaError} from '../errors.ts';
import {hostPort} from '../ip/index.ts';
import type {ForwardEvent, Path, Route, Vantage} from '../model/index.ts';
import {agentOptions} from './agents/agent.ts';
import {type Reach, reachOf} from './reach.ts';
import {pickServices, readView, serviceName} from './read-view.ts';
import type {ClusterSource} from './source.ts';
import {lastingVantage, requireVantage, vantageText} from './vantage.ts';

export interface ForwardFlags {
  readonly namespace?: string | undefined;
  readonly via: string;
  readonly from?: string | undefined;
  readonly entry?: string | undefined;
  readonly 'agent-image'?: string | undefined;
  readonly 'agent-namespace'?: string | undefined;
}

/**
 * Listens on the loopback and sends each connection along a path of the Service: each is balanced anew and follows the endpoints as they
 * change. Ends when the signal is aborted.
 */
export async function forward(
  source: ClusterSource,
  service: string,
  ports: string,
  flags: ForwardFlags,
  onEvent: (event: ForwardEvent) => void,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const namespace = flags.namespace ?? source.namespace;
  const {local, port} = parsePorts(ports);
  const reach = await reachOf(source, agentOptions(flags, namespace, {signal, say}));
  try {
    const way = await wayTo(source, {namespace, name: serviceName(service)}, port, flags);
    await reach.prepare(way.from);
    await serve(reach, way, local, onEvent, signal);
  } finally {
    await reach.close();
  }
}

/** `8080:80`, `80`, `8080:http`: the local port (0 for the same number or any) and the Service's. */
function parsePorts(text: string): {local: number; port: string} {
  const [, local, port = ''] = /^(?:(\d{1,5}):)?([a-z0-9-]+)$/.exec(text) ?? [];
  const number = Number(local ?? (/^\d+$/.test(port) ? port : 0));
  if (port === '' || number > 65_535)
    throw new KiadaError('USAGE', `"${text}" names no ports`, {hint: 'Write it like 8080:80, 80 or 8080:http.'});
  return {local: number, port};
}

interface Way {
  readonly from: Vantage;
  readonly route: Route;
  readonly podAt: (address: string) => string | null;
}

async function wayTo(source: ClusterSource, service: {namespace: string; name: string}, port: string, flags: ForwardFlags): Promise<Way> {
  const {parseVantage, route} = await import('../routing/index.ts');
  const {view} = await readView(source, {namespace: service.namespace, services: [service.name], pods: true, nodes: true, events: false});
  pickServices(view, service.namespace, [service.name]);
  const via = flags.via as Path;
  const from: Vantage =
    flags.from !== undefined
      ? parseVantage(flags.from, service.namespace)
      : via === 'clusterip'
        ? lastingVantage(view, service)
        : {kind: 'Outside'};
  requireVantage(view, from);
  const asked = /^\d+$/.test(port) ? Number(port) : port;
  const routes = route(view, {service, from, via, port: asked, ...(flags.entry === undefined ? {} : {entryNode: flags.entry})});
  const chosen =
    routes.find((found) => found.verdict === 'forward') ?? routes.find((found) => found.address !== null && found.port !== null);
  if (chosen === undefined) throw new KiadaError('NOT_FOUND', `Service "${service.name}" has no path ${via} from ${vantageText(from)}`);
  return {from, route: chosen, podAt: (address) => view.podsByIP.get(address)?.[0]?.split('/')[1] ?? null};
}

async function serve(reach: Reach, way: Way, port: number, onEvent: (event: ForwardEvent) => void, signal: AbortSignal): Promise<void> {
  const dial = reach.dialFrom(way.from);
  const target = {host: way.route.address ?? '', port: way.route.port ?? 0};
  let count = 0;
  const server = net.createServer({allowHalfOpen: true, noDelay: true}, (client) => {
    count += 1;
    void carry(client, dial, target, way, count, onEvent);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new KiadaError('USAGE', `port ${port} of this machine cannot be listened on: ${error.code}`, {
          hint: 'Name another local port: LOCAL:PORT.',
          cause: error,
        }),
      ),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
  const {port: bound} = server.address() as net.AddressInfo;
  onEvent({
    kind: 'listening',
    local: `127.0.0.1:${bound}`,
    through: `${way.route.via} ${hostPort(target.host, target.port)} from ${vantageText(way.from)}`,
  });
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), {once: true});
  });
  server.close();
}

async function carry(
  client: net.Socket,
  dial: ReturnType<Reach['dialFrom']>,
  target: {host: string; port: number},
  way: Way,
  number: number,
  onEvent: (event: ForwardEvent) => void,
): Promise<void> {
  client.on('error', () => client.destroy());
  try {
    const {socket, endpoint} = await dial(target, {timeoutMs: 30_000});
    const name = endpoint === null ? null : hostPort(endpoint.address, endpoint.port);
    onEvent({kind: 'connected', number, endpoint: name, pod: endpoint === null ? null : way.podAt(endpoint.address)});
    socket.on('error', (error) => {
      onEvent({kind: 'broken', number, why: error.message});
      client.resetAndDestroy();
    });
    client.on('close', () => socket.destroy());
    client.pipe(socket).pipe(client);
  } catch (error) {
    onEvent({kind: 'failed', number, why: error instanceof Error ? error.message : String(error)});
    client.resetAndDestroy(); // as refused as a connection can be that the kernel has accepted already
  }
}
