import {readFileSync} from 'node:fs';
import {parse, stringify} from 'yaml';
import type {KubeClient} from '../../../src/kube/index.ts';
import {create} from './cluster.ts';
import {KUBECONFIG} from './kubeconfig.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** A ServiceAccount with the rights of a ClusterRole in its own namespace. */
export async function makeAccount(client: KubeClient, namespace: string, name: string, role: string): Promise<void> {
  await create(client, `/api/v1/namespaces/${namespace}/serviceaccounts`, {apiVersion: 'v1', kind: 'ServiceAccount', metadata: {name}});
  await create(client, `/apis/${RBAC}/v1/namespaces/${namespace}/rolebindings`, {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata: {name},
    ...grant(namespace, name, role),
  });
}

/** The rights of a ClusterRole in the whole cluster, until the returned function takes them back. */
export async function grantEverywhere(client: KubeClient, namespace: string, name: string, role: string): Promise<() => Promise<unknown>> {
  const bindings = `/apis/${RBAC}/v1/clusterrolebindings`;
  const binding = `${namespace}-${name}`;
  await create(client, bindings, {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: {name: binding},
    ...grant(namespace, name, role),
  });
  return () => client.send({method: 'DELETE', path: `${bindings}/${binding}`});
}

function grant(namespace: string, name: string, role: string): object {
  return {roleRef: {apiGroup: RBAC, kind: 'ClusterRole', name: role}, subjects: [{kind: 'ServiceAccount', name, namespace}]};
}

/** A kubeconfig of the same cluster with the ServiceAccount's token, in its namespace. */
export async function kubeconfigOf(client: KubeClient, namespace: string, account: string): Promise<string> {
  const request = {apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {expirationSeconds: 3600}};
  const answer = await create(client, `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`, request);
  const config = parse(readFileSync(KUBECONFIG ?? '', 'utf8')) as {
    contexts: {name: string; context: Record<string, string>}[];
    'current-context': string;
  };
  const current = config.contexts.find(({name}) => name === config['current-context']);
  return stringify({
    ...config,
    users: [{name: account, user: {token: (answer['status'] as {token: string}).token}}],
    contexts: [{name: current?.name, context: {...current?.context, user: account, namespace}}],
  });
}
