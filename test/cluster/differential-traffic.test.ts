import {afterAll, beforeAll, expect, it} from 'vitest';
import type {KubeClient} from '../../src/kube/index.ts';
import type {KubernetesObject} from '../../src/model/index.ts';
import {type NodeStates, openNodeStates} from './differential/node-states.ts';
import {CASES, randomFrom, SEED} from './differential/random.ts';
import {type Target, type TrafficCase, trafficCluster} from './differential/traffic-case.ts';
import {cellsOf, disagreement, healthCells, strayCells} from './genuine/cells.ts';
import {create, describeOnCluster, dropNamespace, makeNamespace, merge, openClient, send} from './genuine/cluster.ts';
import {lacking} from './genuine/lacking.ts';
import {openPlace, type Place} from './genuine/place.ts';
import {letRefusalsThrough, NO_RIG, RIG} from './genuine/rig.ts';
import {until} from './genuine/until.ts';
import {viewOfRig} from './genuine/view.ts';
import {makeWhoamiPods} from './genuine/whoami-pods.ts';

// Random clusters (a few Services with endpoints in every condition, nodes in other zones and states): the routing core against
// connections and datagrams through the genuine kube-proxy. KIADA_DIFFERENTIAL says how many.

const PODS = ['a1', 'b1', 'a2', 'b2', 'a3'].map((name) => ({name, node: `node${name[1]}`, labels: {app: name}}));
/** Vantages and the rig's names of their places. */
const PLACES: Readonly<Record<string, string>> = {
  'node/node1': 'node1',
  'node/node3': 'node3',
  'outside/172.31.0.10': 'client',
  'outside/fd00:31::10': 'client',
};
/** Clusters that are there at the same time; they share the states of nodes. */
const ROUND = 42;
/** In long runs a node is not ready for the last third of the rounds. */
const LONG_RUN = 100;

describeOnCluster('random clusters: the predicted route against connections', () => {
  if (RIG === null) return lacking(`needs a place inside the cluster: ${NO_RIG}`);
  let client: KubeClient;
  let namespace: string;
  let targets: readonly Target[];
  let nodes: NodeStates | undefined;
  const places = new Map<string, Place>();
  const inNamespace = (kind: 'services' | 'endpointslices') =>
    `${kind === 'services' ? '/api/v1' : '/apis/discovery.k8s.io/v1'}/namespaces/${namespace}/${kind}`;
  beforeAll(async () => {
    await letRefusalsThrough();
    client = await openClient();
    namespace = await makeNamespace(client);
    await makeWhoamiPods(client, namespace, PODS);
    nodes = await openNodeStates(client);
    const view = await viewOfRig(client, namespace);
    targets = [...view.pods.values()].map(({name, nodeName, ips}) => ({
      name,
      node: nodeName ?? '',
      zone: view.nodes.get(nodeName ?? '')?.zone ?? '',
      ips,
    }));
    for (const [vantage, place] of Object.entries(PLACES)) places.set(vantage, openPlace(place));
    for (const name of ['a1', 'b2', 'a3']) places.set(`pod/${name}`, openPlace(`pod:${namespace}/${name}`));
  });
  afterAll(async () => {
    await nodes?.restore(); // none where the set-up did not come so far
    await Promise.all([...places.values()].map((place) => place.close()));
    await dropNamespace(client, namespace);
    client.close();
  });

  async function deploy(cases: readonly TrafficCase[]): Promise<void> {
    await Promise.all(
      cases.map(async ({service, slices, ingress}) => {
        await create(client, inNamespace('services'), service);
        for (const slice of slices) await create(client, inNamespace('endpointslices'), slice);
        const status = `${inNamespace('services')}/${service.metadata?.name}/status`;
        if (ingress !== null) await merge(client, status, {status: {loadBalancer: {ingress}}});
      }),
    );
    await until('addresses of the load balancer', async () => {
      const {items} = (await client.get(inNamespace('services'))) as {items: readonly KubernetesObject[]};
      return items.every(hasItsAddresses);
    });
  }

  /** Every kube-proxy has seen all before it when it forwards to a Service that was made last. */
  async function synced(round: number): Promise<void> {
    const name = `last-${round}`;
    await create(client, inNamespace('services'), {apiVersion: 'v1', kind: 'Service', metadata: {name}, spec: {ports: [{port: 80}]}});
    await create(client, inNamespace('endpointslices'), {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {name, labels: {'kubernetes.io/service-name': name, 'kiada-test': 'traffic'}},
      addressType: 'IPv4',
      ports: [{name: '', port: 8080}],
      endpoints: targets.slice(0, 1).map(({ips}) => ({addresses: [ips.find((ip) => !ip.includes(':'))]})),
    });
    const view = await viewOfRig(client, namespace);
    const host = view.services.get(`${namespace}/${name}`)?.clusterIPs[0] ?? '';
    const order = {host, port: 80, path: '/', minTries: 1, maxTries: 1, want: 1, patienceMs: 5000, alone: false};
    for (const [vantage, place] of places) {
      if (vantage.startsWith('outside')) continue;
      await until(`kube-proxy of ${vantage}`, async () => (await place.probe(order)).outcomes[0]?.includes('<-'), 60_000);
    }
  }

  async function compare(cases: readonly TrafficCase[]): Promise<{cells: number; differences: readonly string[]}> {
    const view = await viewOfRig(client, namespace);
    const outside = places.get('outside/172.31.0.10') as Place;
    const asked = cases.flatMap(({service: object}, index) => {
      const service = {namespace, name: object.metadata?.name ?? ''};
      const stray = (from: string) => (index % 4 === 0 ? strayCells(view, {service, from}, index % 8 === 0 ? 'UDP' : 'TCP') : []); // refusals take their time
      const cells = [...places].flatMap(([from, place]) =>
        [...cellsOf(view, {service, from}), ...stray(from)].map((cell) => ({object, place, cell})),
      );
      return [...cells, ...healthCells(view, service).map((cell) => ({object, place: outside, cell}))];
    });
    const found = await Promise.all(asked.map(({place, cell}) => disagreement(place, cell)));
    const differences = found.flatMap((text, index) => {
      const name = asked[index]?.object.metadata?.name;
      return text === null ? [] : [`${text}\n${JSON.stringify(cases.find(({service}) => service.metadata?.name === name))}`];
    });
    return {cells: asked.length, differences};
  }

  async function remove(): Promise<void> {
    for (const kind of ['services', 'endpointslices'] as const) await send(client, {method: 'DELETE', path: inNamespace(kind)});
  }

  it(`${CASES} random clusters from seed ${SEED}`, {timeout: 240_000 + CASES * 10_000}, async () => {
    const random = randomFrom(SEED);
    const differences: string[] = [];
    let [cells, services] = [0, 0];
    for (let first = 0; first < CASES; first += ROUND) {
      const started = Date.now();
      if (CASES >= LONG_RUN && first >= (CASES * 2) / 3 && first - ROUND < (CASES * 2) / 3) await nodes?.silence('node2');
      await nodes?.shuffle(random);
      const clusters = Array.from({length: Math.min(ROUND, CASES - first)}, (_, index) => trafficCluster(random, first + index, targets));
      const cases = clusters.flat();
      await deploy(cases);
      await synced(first);
      const outcome = await compare(cases);
      cells += outcome.cells;
      services += cases.length;
      for (const difference of outcome.differences) process.stderr.write(`${difference}\n`);
      differences.push(...outcome.differences);
      await remove();
      const done = `${first + clusters.length} of ${CASES} random clusters, ${services} Services, ${cells} cells`;
      process.stderr.write(`${done}, ${differences.length} differences (seed ${SEED}); this round ${Date.now() - started} ms\n`);
    }
    expect(differences).toEqual([]);
  });
});

function hasItsAddresses(item: KubernetesObject): boolean {
  const {spec, status} = item as {spec?: {type?: string}; status?: {loadBalancer?: {ingress?: readonly unknown[]}}};
  return spec?.type !== 'LoadBalancer' || (status?.loadBalancer?.ingress ?? []).length > 0;
}
