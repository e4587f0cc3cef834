import {afterAll, beforeAll, expect, it} from 'vitest';
import type {KubeClient} from '../../src/kube/index.ts';
import type {ClusterView, KubernetesObject} from '../../src/model/index.ts';
import {type Cell, cellsOf, disagreement, healthCells, strayCells} from './genuine/cells.ts';
import {create, describeOnCluster, dropNamespace, makeNamespace, openClient} from './genuine/cluster.ts';
import {lacking} from './genuine/lacking.ts';
import {openPlace, type Place} from './genuine/place.ts';
import {letRefusalsThrough, NO_RIG, RIG} from './genuine/rig.ts';
import {until} from './genuine/until.ts';
import {viewOfRig} from './genuine/view.ts';
import {makeWhoamiPods} from './genuine/whoami-pods.ts';

// Source x path x policy: what `route` says of each cell against what connections in the cluster meet, with the servers that answer and
// the source addresses that they see. Backends t-1 (node1, zone-a) and t-2 (node2, zone-b); t-3 (node3, zone-c) is in no Service.

const PODS = [1, 2, 3].map((number) => ({
  name: `t-${number}`,
  node: `node${number}`,
  labels: {app: number === 3 ? 'client' : 't'},
}));

const SERVICES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  't-cluster': {type: 'LoadBalancer'},
  't-etplocal': {type: 'LoadBalancer', externalTrafficPolicy: 'Local'},
  't-itplocal': {type: 'NodePort', internalTrafficPolicy: 'Local'},
  't-bothlocal': {type: 'LoadBalancer', internalTrafficPolicy: 'Local', externalTrafficPolicy: 'Local'},
  't-affinity': {type: 'NodePort', sessionAffinity: 'ClientIP'},
  't-samenode': {trafficDistribution: 'PreferSameNode'},
  't-samezone': {trafficDistribution: 'PreferSameZone'},
  't-ranges': {type: 'LoadBalancer', loadBalancerSourceRanges: ['172.31.0.11/32', '10.244.1.0/24']},
  't-external': {externalIPs: ['172.33.0.7']},
  't-dual': {type: 'NodePort', ipFamilyPolicy: 'RequireDualStack'},
  't-empty': {type: 'LoadBalancer', selector: {app: 'nobody'}},
};

/** Vantages and the rig's names of their places. */
const SOURCES: Readonly<Record<string, string>> = {
  'node/node1': 'node1',
  'node/node3': 'node3',
  'outside/172.31.0.10': 'client',
  'outside/fd00:31::10': 'client',
  'outside/172.30.0.10': 'cp',
};

describeOnCluster('the truth table: predicted by route, observed by connections', () => {
  if (RIG === null) return lacking(`needs a place inside the cluster: ${NO_RIG}`);
  let client: KubeClient;
  let namespace: string;
  let view: ClusterView;
  const places = new Map<string, Place>();
  beforeAll(async () => {
    await letRefusalsThrough();
    client = await openClient();
    namespace = await makeNamespace(client);
    for (const [name, spec] of Object.entries(SERVICES)) {
      await create(client, `/api/v1/namespaces/${namespace}/services`, {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: {name},
        spec: {selector: {app: 't'}, ports: [{name: 'http', port: 80, targetPort: 8080}], ...spec},
      });
    }
    await makeWhoamiPods(client, namespace, PODS);
    await until('addresses of the load balancer', () => allBalanced(client, namespace));
    for (const [vantage, place] of Object.entries(SOURCES)) places.set(vantage, openPlace(place));
    for (const {name} of PODS) places.set(`pod/${name}`, openPlace(`pod:${namespace}/${name}`));
    view = await until('endpoints of both servers', async () => {
      const now = await viewOfRig(client, namespace);
      const served = Object.keys(SERVICES).filter((name) => name !== 't-empty');
      return served.every((name) => readyIn(now, `${namespace}/${name}`) >= 2) && now;
    });
  });
  afterAll(async () => {
    await Promise.all([...places.values()].map((place) => place.close()));
    await dropNamespace(client, namespace);
    client.close();
  });

  for (const name of Object.keys(SERVICES)) {
    it(`${name}: from every source by every path`, async () => {
      const service = {namespace, name};
      const cells: readonly (readonly [Place, Cell])[] = [...places].flatMap(([from, place]) =>
        [...cellsOf(view, {service, from}), ...strayCells(view, {service, from})].map((cell) => [place, cell] as const),
      );
      const outside = places.get('outside/172.31.0.10') as Place;
      const checks = healthCells(view, service).map((cell) => [outside, cell] as const);
      const found = await Promise.all([...cells, ...checks].map(([place, cell]) => disagreement(place, cell)));
      expect(found.filter((difference) => difference !== null)).toEqual([]);
      expect(cells.length).toBeGreaterThanOrEqual(5); // pods and nodes by cluster IP at the least
    });
  }
});

async function allBalanced(client: KubeClient, namespace: string): Promise<boolean> {
  const {items} = (await client.get(`/api/v1/namespaces/${namespace}/services`)) as {items: readonly KubernetesObject[]};
  return items.every((item) => {
    const {spec, status} = item as {spec?: {type?: string}; status?: {loadBalancer?: {ingress?: readonly unknown[]}}};
    return spec?.type !== 'LoadBalancer' || (status?.loadBalancer?.ingress ?? []).length > 0;
  });
}

function readyIn(view: ClusterView, key: string): number {
  return (view.slicesOf.get(key) ?? []).flatMap(({endpoints}) => endpoints.filter(({ready}) => ready)).length;
}
