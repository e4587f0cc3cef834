import {Duplex} from 'node:stream';
import type {WebSocket} from 'ws';
import type {PodRuntime} from '../../pod-runtime.ts';
import {describe, join} from './port-forward.ts';

interface ForwardTarget {
  readonly runtime: PodRuntime;
  readonly pod: {readonly namespace: string; readonly name: string};
  readonly signal: AbortSignal;
}

const BACKLOG = 1024 * 1024;

/**
 * Port forwarding with two channels per port (v4.channel.k8s.io): 2i for the data and 2i+1 for errors of the i-th port.
 * Each channel starts with its port in two bytes, little-endian. One connection per port.
 */
export function forwardOverChannels(client: WebSocket, ports: readonly number[], target: ForwardTarget): void {
  const streams = ports.map((port, i) => {
    for (const channel of [2 * i, 2 * i + 1]) client.send(Buffer.of(channel, port & 0xff, port >>> 8));
    return channelStream(client, 2 * i);
  });
  client.on('message', (data: Buffer) => {
    const stream = streams[(data[0] ?? 0) / 2];
    if (stream === undefined || data.length < 2) return;
    stream.push(data.subarray(1));
    if (stream.readableLength > BACKLOG) client.pause();
  });
  client.on('close', () => {
    for (const stream of streams) if (!stream.destroyed) stream.push(null);
  });
  client.on('error', () => client.terminate());
  void Promise.all(streams.map((stream, i) => forward(client, stream, i, ports[i] as number, target))).then(() => client.close(1000));
}

async function forward(
  client: WebSocket,
  stream: Duplex,
  index: number,
  port: number,
  {runtime, pod, signal}: ForwardTarget,
): Promise<void> {
  try {
    await join(stream, await runtime.dialPod(pod, port), signal);
  } catch (cause) {
    if (client.readyState === client.OPEN) client.send(Buffer.concat([Buffer.of(2 * index + 1), Buffer.from(describe(port, pod, cause))]));
  }
}

function channelStream(client: WebSocket, channel: number): Duplex {
  return new Duplex({
    read: () => client.resume(),
    write(chunk: Buffer, _, done) {
      if (client.readyState !== client.OPEN) return done();
      client.send(Buffer.concat([Buffer.of(channel), chunk]), () => done());
    },
  });
}
