import {connect, createServer, type Server} from 'node:net';
import type {Connection} from '../../../src/model/index.ts';
import type {PodNetwork, PodNetworkNamespace} from '../../../src/sandbox/pod-network.ts';

/** Pods that reach one another by address: each listener is a real server on loopback. */
export function fakeNetwork(names: Readonly<Record<string, string>> = {}): PodNetwork {
  const servers = new Map<string, Server>();
  const dial = (host: string, port: number): Promise<Connection> => {
    const {promise, resolve, reject} = Promise.withResolvers<Connection>();
    const server = servers.get(`${names[host] ?? host}:${port}`);
    const address = server?.address();
    if (!address || typeof address === 'string') {
      reject(Object.assign(new Error('connect ECONNREFUSED'), {code: 'ECONNREFUSED'}));
      return promise;
    }
    const socket = connect(address.port, '127.0.0.1', () => resolve(socket));
    socket.once('error', reject);
    return promise;
  };
  return {
    attach(pod): PodNetworkNamespace {
      const [ip = ''] = pod.ips;
      const own = new Set<Server>();
      return {
        listen({port}, onConnection) {
          if (servers.has(`${ip}:${port}`)) throw Object.assign(new Error('listen EADDRINUSE'), {code: 'EADDRINUSE'});
          const server = createServer(onConnection).listen(0, '127.0.0.1');
          servers.set(`${ip}:${port}`, server);
          own.add(server);
          return {port, close: () => servers.delete(`${ip}:${port}`) && server.close()};
        },
        connect: ({host, port}) => dial(host === 'localhost' || host === '127.0.0.1' ? ip : host, port),
        lookup: async (name) => {
          const address = names[name] ?? (/^[\d.]+$/.test(name) ? name : name === 'localhost' ? '127.0.0.1' : null);
          if (!address) throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), {code: 'ENOTFOUND'});
          return [address];
        },
        connectLoopback: (port) => dial(ip, port),
        detach() {
          for (const server of own) server.close();
        },
      };
    },
    dial: async (_from, {host, port}) => ({connection: await dial(host, port), endpoint: {address: host, port, pod: null}, sourceSeen: ''}),
    listenAt: () => ({close: () => {}}),
  };
}
