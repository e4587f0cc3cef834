import {mkdirSync} from 'node:fs';
import path from 'node:path';
import {record, text} from '../view/index.ts';
import type {ApiChange} from './api.ts';
import {createApi, createTokenIssuer, loadCertificates, openStore, startApiServer, TOKEN_AUDIENCE} from './api-server/index.ts';
import {API_PORT, bootstrap} from './bootstrap.ts';
import {startControllers} from './controllers/index.ts';
import type {Image} from './image.ts';
import {keepPorts, onKeptPort, readPorts, readToken} from './kept-files.ts';
import {startKubelets} from './kubelet/index.ts';
import {liveView} from './live-view.ts';
import {createNetwork, serveClusterDns, serveHealthChecks, startDnsServer, startHostPorts, startSocks5} from './network/index.ts';
import {answerOwn, nodeInfo, type SandboxInfo} from './own-routes.ts';
import {addressesOf, nodeSpecs, type SandboxShape} from './topology.ts';

export interface SandboxOptions extends SandboxShape {
  readonly name: string;
  /** Everything that is kept lies below it; made with mode 0700. */
  readonly dataDir: string;
  /** The API server's port on 127.0.0.1; 0 for that of the last time, else any that is free. */
  readonly port: number;
  /** The catalogue of images that pods can run. */
  readonly images: readonly Image[];
  readonly log: (component: string, message: string) => void;
}

export interface Sandbox {
  readonly info: () => SandboxInfo;
  readonly credentials: {
    readonly certificateAuthority: string;
    readonly clientCertificate: string;
    readonly clientKey: string;
    readonly token: string;
  };
  /** Ends everything that runs; what is stored stays. */
  close(): Promise<void>;
}

/**
 * Starts an embedded cluster in this process: store, API server, controllers, kubelets and the virtual network, with its doors on the
 * loopback. Throws KiadaError SANDBOX_DATA_INVALID for a folder that is not a sandbox's or is damaged.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const {dataDir, images, log} = options;
  const startedAt = new Date().toISOString();
  mkdirSync(dataDir, {recursive: true, mode: 0o700});
  const addresses = addressesOf(options);
  const store = openStore(path.join(dataDir, 'cluster.db'), {onListenerError: (error) => log('store', textOf(error))});
  const token = readToken(path.join(dataDir, 'pki'));
  const kept = readPorts(dataDir);
  const certificates = await loadCertificates(path.join(dataDir, 'pki'), {ips: [addresses.controlPlane]});
  const api = createApi(store, {allocation: {serviceCidrs: addresses.serviceCIDRs}});
  const live = liveView(api, addresses.serviceCIDRs);
  const controllers = startControllers(api, {log: (message) => log('controllers', message), caCertificate: certificates.ca.cert});
  bootstrap(api, options);

  const stopped = new Set<string>();
  const isNodeUp = (name: string): boolean => !stopped.has(name);
  const network = createNetwork({
    view: live.view,
    dnsServers: [addresses.clusterDNS],
    isNodeUp,
    onListenerError: (error) => log('network', textOf(error)),
  });
  const dns = await onKeptPort(kept.dns, (port) => startDnsServer({view: live.view, port, serverIPs: [addresses.clusterDNS]}));
  const clusterDns = serveClusterDns(network, [addresses.controlPlane], dns.answer);
  const specs = nodeSpecs(options);
  const tokens = createTokenIssuer(
    token,
    Date.now,
    (namespace, name, uid) => api.get('serviceaccounts', namespace, name)?.metadata?.uid === uid,
  );
  const kubelets = startKubelets({
    api,
    network,
    images,
    dataDir: path.join(dataDir, 'pods'),
    nodes: specs,
    view: live.view,
    issueToken: ({namespace, serviceAccount, audience, expirationSeconds, pod}) =>
      tokens.issue({
        namespace,
        serviceAccount: {name: serviceAccount, uid: api.get('serviceaccounts', namespace, serviceAccount)?.metadata?.uid ?? ''},
        pod,
        audiences: [audience ?? TOKEN_AUDIENCE],
        expiresAtMs: Date.now() + expirationSeconds * 1000,
      }),
    clusterDNS: [addresses.clusterDNS],
    log: (message) => log('kubelet', message),
  });
  const apiServer = await onKeptPort(options.port || kept.api, (port) =>
    startApiServer({
      api,
      runtime: () => kubelets.runtime,
      dial: async (target, signal) => (await network.dial({kind: 'Node', name: specs[0]?.name ?? ''}, target, {signal})).connection,
      certificates,
      tokens,
      port,
      own: (method, route) => answerOwn({info, stopNode, startNode}, api, method, route),
      log: (message) => log('api-server', message),
    }),
  );
  const inside = network.listenAt(addresses.controlPlane, API_PORT, (connection) => apiServer.accept(connection));
  const socks5 = await onKeptPort(kept.socks5, (port) => startSocks5({network, token, port}));
  const hostPorts = startHostPorts({network, view: live.view});
  const healthChecks = serveHealthChecks({network, view: live.view, isNodeUp, log: (message) => log('network', message)});
  const unwatchPorts = api.watch((change) => {
    const hasPorts = change.resource === 'services' && hasNodePorts(change);
    if (hasPorts) void hostPorts.sync();
    if (hasPorts || change.resource === 'nodes') healthChecks.sync();
  });
  healthChecks.sync();
  await hostPorts.sync();
  keepPorts(dataDir, {api: apiServer.port, dns: dns.port, socks5: socks5.port});

  const server = `https://127.0.0.1:${apiServer.port}`;
  function info(): SandboxInfo {
    return {
      name: options.name,
      server,
      dataDir,
      pid: process.pid,
      startedAt,
      residentBytes: process.memoryUsage.rss(),
      nodes: nodeInfo(api.list('nodes')),
      dns: {address: dns.address, port: dns.port},
      socks5: {address: socks5.address, port: socks5.port, password: token},
      nodePorts: hostPorts.status(),
    };
  }
  async function stopNode(name: string): Promise<void> {
    stopped.add(name);
    await kubelets.stopNode(name);
  }
  function startNode(name: string): void {
    stopped.delete(name);
    kubelets.startNode(name);
  }
  async function close(): Promise<void> {
    unwatchPorts();
    await Promise.all([socks5.close(), hostPorts.close(), apiServer.close(), dns.close()]);
    inside.close();
    healthChecks.close();
    clusterDns.close();
    await controllers.close();
    await kubelets.close();
    live.close();
    store.close();
  }
  return {
    info,
    credentials: {
      certificateAuthority: certificates.ca.cert,
      clientCertificate: certificates.client.cert,
      clientKey: certificates.client.key,
      token,
    },
    close,
  };
}

/** Whether a Service has ports on nodes, or had them. */
function hasNodePorts({object, previous}: ApiChange): boolean {
  return [object, previous].some((service) => ['NodePort', 'LoadBalancer'].includes(text(record(service?.['spec'])['type']) ?? ''));
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
