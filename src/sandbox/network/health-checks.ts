import type {RequestListener} from 'node:http';
import type {ClusterView, IpFamily, NamespacedName} from '../../model/index.ts';
import {serveHttp} from '../../program/index.ts';
import {healthCheck} from '../../routing/index.ts';
import type {OnConnection} from './listeners.ts';
import type {SandboxNetwork} from './network.ts';
import {addressLike} from './network-host.ts';

export interface HealthChecksOptions {
  readonly network: Pick<SandboxNetwork, 'listenAt'>;
  readonly view: () => ClusterView;
  readonly isNodeUp: (name: string) => boolean;
  /** Told of a port that could not be had; it is tried again at the next `sync`. */
  readonly log: (message: string) => void;
}

export interface HealthChecks {
  /** Opens and closes ports so that they are those of the Services and nodes now; to be called after each change of one. */
  sync(): void;
  close(): void;
}

/** One port of one node, of the kube-proxy of one family. */
interface Check {
  readonly service: NamespacedName;
  readonly node: string;
  readonly family: IpFamily;
  readonly address: string;
  readonly port: number;
}

/** An address that stands for its family. */
const FAMILIES: Readonly<Record<IpFamily, string>> = {IPv4: '0.0.0.0', IPv6: '::'};

/**
 * Health check node ports as kube-proxy serves them on each node (pkg/proxy/healthcheck/service_health.go): HTTP at the node's first address of
 * each family of the Service, whatever method and path are asked for. Nobody gets an answer of a node that is stopped.
 */
export function serveHealthChecks(options: HealthChecksOptions): HealthChecks {
  const open = new Map<string, AbortController>();
  const sync = (wanted: ReadonlyMap<string, Check>): void => {
    for (const [key, ended] of open) {
      if (wanted.has(key)) continue;
      open.delete(key);
      ended.abort(); // its connections go with it
    }
    for (const [key, check] of wanted) {
      const server = open.has(key) ? null : start(options, check);
      if (server !== null) open.set(key, server);
    }
  };
  return {
    sync: () => sync(checksOf(options.view())),
    close: () => sync(new Map()),
  };
}

function checksOf(view: ClusterView): ReadonlyMap<string, Check> {
  const checks = new Map<string, Check>();
  for (const {namespace, name, healthCheckNodePort} of view.services.values()) {
    if (healthCheckNodePort === null) continue;
    for (const node of view.nodes.values()) {
      for (const [family, like] of Object.entries(FAMILIES) as [IpFamily, string][]) {
        const port = healthCheck(view, {namespace, name}, node.name, family)?.port ?? null;
        const address = addressLike(node.internalIPs, like);
        if (port === null || address === null) continue;
        checks.set(`${namespace}/${name} ${node.name} ${address} ${port}`, {
          service: {namespace, name},
          node: node.name,
          family,
          address,
          port,
        });
      }
    }
  }
  return checks;
}

function start({network, view, isNodeUp, log}: HealthChecksOptions, check: Check): AbortController | null {
  const {address, port, service, node} = check;
  const ended = new AbortController();
  const listen = (_: unknown, onConnection: OnConnection) => ({port, ...network.listenAt(address, port, onConnection)});
  const host = {network: {listen}, signal: ended.signal, stderr: (text: unknown) => log(String(text).trimEnd())};
  try {
    serveHttp(host, {port}, answerOf({view, isNodeUp}, check));
    return ended;
  } catch (error) {
    log(`node ${node} failed to start healthcheck "${service.namespace}/${service.name}" at ${address}:${port}: ${String(error)}`);
    return null;
  }
}

function answerOf({view, isNodeUp}: Pick<HealthChecksOptions, 'view' | 'isNodeUp'>, {service, node, family}: Check): RequestListener {
  return (request, response) => {
    if (!isNodeUp(node)) return;
    request.resume();
    const {status, localEndpoints} = healthCheck(view(), service, node, family) ?? {status: 503, localEndpoints: 0};
    const body = bodyOf(service, localEndpoints);
    if (response.shouldKeepAlive) response.removeHeader('Connection'); // Go does not say what goes without saying
    response.writeHead(status, {
      'Content-Type': 'application/json',
      'X-Content-Type-Options': 'nosniff',
      'X-Load-Balancing-Endpoint-Weight': localEndpoints,
      'Content-Length': Buffer.byteLength(body),
    });
    response.end(body);
  };
}

function bodyOf({namespace, name}: NamespacedName, localEndpoints: number): string {
  return JSON.stringify({service: {namespace, name}, localEndpoints, serviceProxyHealthy: true}, null, '\t');
}
