import type {KubeClient} from '../../../src/kube/index.ts';
import type {KubernetesObject} from '../../../src/model/index.ts';
import {create} from './cluster.ts';
import {until} from './until.ts';

export interface WhoamiPod {
  readonly name: string;
  readonly node: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Makes pods that answer with their name and the address that they saw, and waits until all are ready. */
export async function makeWhoamiPods(client: KubeClient, namespace: string, pods: readonly WhoamiPod[]): Promise<void> {
  for (const {name, node, labels} of pods) {
    await create(client, `/api/v1/namespaces/${namespace}/pods`, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {name, labels},
      spec: {
        nodeName: node,
        terminationGracePeriodSeconds: 1,
        containers: [
          {
            name: 'who',
            image: 'rig.local/whoami:rig',
            imagePullPolicy: 'IfNotPresent',
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
