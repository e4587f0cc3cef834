import type {KubeClient} from '../../../src/kube/index.ts';
import {create} from './cluster.ts';
import {until} from './until.ts';

export interface NamedWeb {
  /** One pod on each of these. */
  readonly nodes: readonly string[];
  /** What the Services are beside their port, by name. */
  readonly services: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const LABELS = {app: 'named-web'};
const CONFIG = `log_format uri '$uri $args $status';
server {
  listen 80;
  listen [::]:80;
  access_log /dev/stdout uri;
  add_header x-pod-name $hostname always;
  add_header x-kiada-client $remote_addr always;
  location / { return 200 "ok\\n"; }
}
`;

/** Makes nginx pods `web-NODE`, which log each request and tell their name and the address that they saw, with Services before them. */
export async function makeNamedWeb(client: KubeClient, namespace: string, {nodes, services}: NamedWeb): Promise<void> {
  const base = `/api/v1/namespaces/${namespace}`;
  await create(client, `${base}/configmaps`, {metadata: {name: 'named-web'}, data: {'default.conf': CONFIG}});
  for (const [name, spec] of Object.entries(services)) {
    const service = {selector: LABELS, ports: [{name: 'http', port: 80, targetPort: 80}], ...spec};
    await create(client, `${base}/services`, {metadata: {name}, spec: service});
  }
  for (const node of nodes) await create(client, `${base}/pods`, webPod(node));
  await until('all web pods are ready', async () => (await readyPods(client, namespace)) === nodes.length, 90_000);
}

function webPod(node: string): object {
  return {
    metadata: {name: `web-${node}`, labels: LABELS},
    spec: {
      nodeName: node,
      terminationGracePeriodSeconds: 1,
      // whose node dies stays where it is: the test wants it back
      tolerations: [{operator: 'Exists'}],
      containers: [
        {
          name: 'nginx',
          image: 'nginx:alpine',
          imagePullPolicy: 'IfNotPresent',
          resources: {requests: {cpu: '100m'}},
          readinessProbe: {httpGet: {path: '/ready', port: 80}, periodSeconds: 1},
          volumeMounts: [{name: 'config', mountPath: '/etc/nginx/conf.d'}],
        },
      ],
      volumes: [{name: 'config', configMap: {name: 'named-web'}}],
    },
  };
}

async function readyPods(client: KubeClient, namespace: string): Promise<number> {
  const {items} = (await client.get(`/api/v1/namespaces/${namespace}/pods`, {labelSelector: 'app=named-web'})) as {
    items: readonly {status?: {conditions?: readonly {type: string; status: string}[]}}[];
  };
  return items.filter(({status}) => status?.conditions?.some(({type, status: is}) => type === 'Ready' && is === 'True')).length;
}

/** How many requests with this query the pods have logged. */
export async function requestsLogged(client: KubeClient, namespace: string, nodes: readonly string[], query: string): Promise<number> {
  const logs = await Promise.all(nodes.map((node) => client.send({path: `/api/v1/namespaces/${namespace}/pods/web-${node}/log`})));
  return logs.reduce(
    (sum, {body}) =>
      sum +
      String(body)
        .split('\n')
        .filter((line) => line.includes(` ${query} 200`)).length,
    0,
  );
}
