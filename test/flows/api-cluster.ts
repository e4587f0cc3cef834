import {onTestFinished} from 'vitest';
import type {ClusterSource} from '../../src/flows/index.ts';
import {clusterSource, connect} from '../../src/kube/index.ts';
import type {KubernetesObject} from '../../src/model/index.ts';
import {type RunningServer, runServer} from '../sandbox/api-server/running-server.ts';

export interface ApiCluster extends RunningServer {
  readonly source: ClusterSource;
  /** Writes the one slice of Service `quote`: endpoints by pod name, `!` before those that are not ready. */
  slice(...pods: readonly string[]): void;
}

/** The sandbox's API server without controllers: objects are only what the test writes. It has Service `quote`, ended with the test. */
export async function apiCluster(): Promise<ApiCluster> {
  const server = await runServer();
  const client = await connect({kubeconfig: server.kubeconfig});
  onTestFinished(() => client.close());
  const {api} = server;
  const spec = {selector: {app: 'quote'}, ports: [{name: 'http', port: 80, targetPort: 8080}]};
  api.create('services', {apiVersion: 'v1', kind: 'Service', metadata: {name: 'quote', namespace: 'default'}, spec} as KubernetesObject);
  return {
    ...server,
    source: clusterSource(client),
    slice(...pods) {
      const before = api.get('endpointslices', 'default', 'quote-1');
      const object = {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: {...before?.metadata, name: 'quote-1', namespace: 'default', labels: {'kubernetes.io/service-name': 'quote'}},
        addressType: 'IPv4',
        ports: [{name: 'http', protocol: 'TCP', port: 8080}],
        endpoints: pods.map(endpoint),
      } as KubernetesObject;
      if (before === null) api.create('endpointslices', object);
      else api.update('endpointslices', object);
    },
  };
}

function endpoint(text: string): object {
  const name = text.replace('!', '');
  const ready = !text.startsWith('!');
  return {
    addresses: [`10.244.1.${name.charCodeAt(0)}`],
    conditions: {ready, serving: ready, terminating: false},
    targetRef: {kind: 'Pod', namespace: 'default', name},
  };
}
