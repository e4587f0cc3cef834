import {Duplex} from 'node:stream';
import type WebSocket from 'ws';
import {KiadaError} from '../errors.ts';
import type {KubeClient} from './client.ts';
import {errorOfStatus} from './status-error.ts';
import {openSocket} from './web-socket.ts';

const PROTOCOL = 'v4.channel.k8s.io';
const CHANNEL = {data: 0, error: 1} as const;
/** Each channel begins with the port's number, two bytes. */
const HEAD = 2;

/**
 * A connection to a port of a pod through the API server (the WebSocket form of port-forward). It proves the pod, never the Service.
 * Rejects where it is refused: no right, no such pod. A port where nobody listens shows as an error of the stream.
 */
export function openPortForward(
  client: KubeClient,
  pod: {readonly namespace: string; readonly name: string},
  port: number,
): Promise<Duplex> {
  const path = `/api/v1/namespaces/${encodeURIComponent(pod.namespace)}/pods/${encodeURIComponent(pod.name)}/portforward`;
  const socket = openSocket(client, `${path}?ports=${port}`, PROTOCOL);
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(streamOf(socket)));
    socket.once('unexpected-response', (_request, response) => {
      reject(errorOfStatus(response.statusCode ?? 0, `port-forward refused: HTTP ${response.statusCode}`, {path}));
    });
    socket.once('error', (error) =>
      reject(new KiadaError('UNREACHABLE', `port-forward to ${pod.name} failed: ${error.message}`, {cause: error})),
    );
  });
}

function streamOf(socket: WebSocket): Duplex {
  const seen = {[CHANNEL.data]: 0, [CHANNEL.error]: 0};
  const stream = new Duplex({
    read: () => {},
    write: (chunk: Buffer, _encoding, done) => socket.send(Buffer.concat([Buffer.from([CHANNEL.data]), chunk]), done),
    final: (done) => done(), // the protocol has no half-close
    destroy(error, done) {
      socket.terminate();
      done(error);
    },
  });
  socket.on('message', (data: Buffer) => {
    const channel = data[0] === CHANNEL.error ? CHANNEL.error : CHANNEL.data;
    const skip = Math.min(data.length - 1, Math.max(0, HEAD - seen[channel]));
    seen[channel] += data.length - 1;
    const body = data.subarray(1 + skip);
    if (body.length === 0) return;
    if (channel === CHANNEL.data) stream.push(body);
    else stream.destroy(new Error(body.toString('utf8').trim()));
  });
  socket.on('error', (error) => stream.destroy(error));
  socket.on('close', () => stream.push(null));
  return stream;
}
