import {pipeline} from 'node:stream';
import type {Connection} from '../../../model/index.ts';
import type {Cluster} from './cluster.ts';

/** Passes a connection's bytes on, both ways. Where no endpoint takes it, the client's connection is cut. */
export async function proxyTcp(client: Connection, cluster: Cluster): Promise<void> {
  client.on('error', () => client.destroy());
  const picked = await cluster.pick();
  if (picked === null) return void client.destroy();
  client.once('close', () => picked.done());
  try {
    const upstream = await cluster.connect(picked.address);
    const endBoth = (): void => {
      client.destroy();
      upstream.destroy();
    };
    const whenOver = (error: Error | null | undefined): void => {
      if (error) endBoth();
    };
    pipeline(client, upstream, whenOver);
    pipeline(upstream, client, whenOver);
  } catch {
    client.destroy(); // counted by the cluster as a failed connection
  }
}
