import {afterAll, beforeAll} from 'vitest';
import type {KubeClient} from '../../../src/kube/index.ts';
import {dropNamespace, openClient} from './cluster.ts';

/** A client and a namespace of a file's own, as `make` makes it: there before the tests and whatever they set up, gone after what they take down. */
export function ownNamespace(make: (client: KubeClient) => Promise<string>, take: (namespace: string, client: KubeClient) => void): void {
  let own: {readonly client: KubeClient; readonly namespace: string} | null = null;
  beforeAll(async () => {
    const client = await openClient();
    own = {client, namespace: await make(client)};
    take(own.namespace, client);
  });
  afterAll(async () => {
    if (own === null) return;
    await dropNamespace(own.client, own.namespace);
    own.client.close();
  });
}
