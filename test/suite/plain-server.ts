import http from 'node:http';
import type {ProgramNetwork} from '../../src/model/index.ts';

/** A server in a few lines, for programs to call. */
export function plainServer(network: ProgramNetwork, port: number, handler: http.RequestListener): void {
  const server = http.createServer(handler);
  network.listen({port}, (connection) => server.emit('connection', connection));
}
