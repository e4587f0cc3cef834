import {afterAll, beforeAll, expect, it} from 'vitest';
import type {KubeClient} from '../../src/kube/index.ts';
import type {ServiceCheckResult} from '../../src/model/index.ts';
import {kiadaJson} from './genuine/cli.ts';
import {create, describeOnCluster, makeNamespace} from './genuine/cluster.ts';
import {ownNamespace} from './genuine/own-namespace.ts';
import {until} from './genuine/until.ts';

// Routes of the Gateway API in a cluster that has them: as little of its definitions as the API server needs to keep such objects.

const GROUP = 'gateway.networking.k8s.io';
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const NAME = `httproutes.${GROUP}`;

describeOnCluster('a cluster with the Gateway API', () => {
  let client: KubeClient;
  let namespace: string;
  ownNamespace(makeNamespace, (...own) => {
    [namespace, client] = own;
  });
  beforeAll(async () => {
    const schema = {openAPIV3Schema: {type: 'object', 'x-kubernetes-preserve-unknown-fields': true}};
    await create(client, DEFINITIONS, {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: {name: NAME, annotations: {'api-approved.kubernetes.io': 'unapproved, for a test'}},
      spec: {
        group: GROUP,
        scope: 'Namespaced',
        names: {plural: 'httproutes', singular: 'httproute', kind: 'HTTPRoute', listKind: 'HTTPRouteList'},
        versions: [{name: 'v1', served: true, storage: true, schema}],
      },
    });
    const routes = `/apis/${GROUP}/v1/namespaces/${namespace}/httproutes`;
    await until('routes are served', async () =>
      client.get(routes).then(
        () => true,
        () => false,
      ),
    );
    const service = (name: string) => ({apiVersion: 'v1', kind: 'Service', metadata: {name}, spec: {ports: [{port: 80}]}});
    await create(client, `/api/v1/namespaces/${namespace}/services`, service('there'));
    const to = (name: string, port: number) => ({rules: [{backendRefs: [{name, port}]}]});
    for (const [name, spec] of [
      ['fine', to('there', 80)],
      ['lost', to('gone', 80)],
      ['wrong-port', to('there', 81)],
    ] as const) {
      await create(client, routes, {apiVersion: `${GROUP}/v1`, kind: 'HTTPRoute', metadata: {name}, spec});
    }
  });
  afterAll(async () => {
    await client.send({method: 'DELETE', path: `${DEFINITIONS}/${NAME}`});
  });

  it('finds the routes that name no Service, and no port of one', async () => {
    const {findings, unknown} = await kiadaJson<ServiceCheckResult>(['svc', 'check', '-n', namespace], {code: 1});
    const routes = findings.filter(({code}) => code === 'KIA0807' || code === 'KIA0808');
    expect(routes.map(({code, object}) => `${code} ${object.kind}/${object.name}`).toSorted()).toEqual([
      'KIA0807 HTTPRoute/lost',
      'KIA0808 HTTPRoute/wrong-port',
    ]);
    expect(unknown).toEqual([]);
  });
});
