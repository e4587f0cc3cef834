import type {KubeClient} from '../../../src/kube/index.ts';
import type {KubernetesObject} from '../../../src/model/index.ts';
import {create} from './cluster.ts';
import {until} from './until.ts';

export interface WhoamiPod {
  readonly name: string;
  readonly node: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The image's program, and the same answer to each datagram. */
const PROGRAM = `
import('/whoami.mjs');
const socket = require('dgram').createSocket('udp6');
socket.on('message', (_, {address, port}) => {
  const client = address.replace(/^::ffff:/, '');
  socket.send(JSON.stringify({name: process.env.NAME, client}), port, address);
});
socket.bind(8080, '::');
`;

/** Makes pods that answer with their name and the address that they saw, by TCP and UDP, and waits until all are ready. */
export async function makeWhoamiPods(client: KubeClient, namespace: string, pods: readonly WhoamiPod[]): Promise<void> {
  for (const {name, node, labels} of pods) {
    await create(client, `/api/v1/namespaces/${namespace}/pods`, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {name, labels},
      spec: {
        nodeName: node,
        terminationGracePeriodSeconds: 1,
        tolerations: [{operator: 'Exists'}], // nodes may be said to be unwell for longer than pods commonly bear
        containers: [
          {
            name: 'who',
            image: 'rig.local/whoami:rig',
            imagePullPolicy: 'IfNotPresent',
            command: ['node', '-e', PROGRAM],
            env: [{name: 'NAME', value: name}],
            resources: {requests: {cpu: '250m'}}, // best-effort pods starve on a busy machine
            readinessProbe: {httpGet: {path: '/', port: 8080}, periodSeconds: 1},
          },
        ],
      },
    });
  }
  await until(
    `${pods.length} ready pods`,
    async () => {
      const {items} = (await client.get(`/api/v1/namespaces/${namespace}/pods`)) as {items: readonly KubernetesObject[]};
      return items.length === pods.length && items.every(isReady);
    },
    90_000,
  );
}

function isReady(pod: KubernetesObject): boolean {
  const conditions = (pod['status'] as {conditions?: readonly {type: string; status: string}[]} | undefined)?.conditions ?? [];
  return conditions.some(({type, status}) => type === 'Ready' && status === 'True');
}
