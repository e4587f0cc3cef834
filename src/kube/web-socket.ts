import WebSocket from 'ws';
import type {KubeClient} from './client.ts';

/** A WebSocket to the same server with the same credentials as plain requests. */
export function openSocket(client: KubeClient, path: string, protocol: string): WebSocket {
  const {request, server} = client.connection();
  const {agent, headers} = request;
  const options: WebSocket.ClientOptions = {headers: headers as Record<string, string>};
  if (typeof agent === 'object') options.agent = agent;
  return new WebSocket(server.replace(/^http/, 'ws') + path, [protocol], options);
}
