import {afterAll, beforeAll, expect, it} from 'vitest';
import {clusterSource, type KubeClient} from '../../src/kube/index.ts';
import type {ClusterView, KubernetesObject} from '../../src/model/index.ts';
import {viewOf} from '../../src/view/index.ts';
import {type ClusterCase, clusterCase} from './differential/cluster-case.ts';
import {dnsDifference, questionsAbout} from './differential/dns-difference.ts';
import {type FakeNodes, makeFakeNodes} from './differential/fake-nodes.ts';
import {CASES, randomFrom, SEED} from './differential/random.ts';
import {type Observed, sliceDifference} from './differential/slice-difference.ts';
import {atOnce} from './genuine/at-once.ts';
import {create, describeOnCluster, dropNamespace, makeNamespace, merge, openClient} from './genuine/cluster.ts';
import {DNS_SERVER} from './genuine/dns-server.ts';
import {until} from './genuine/until.ts';

// Random Services, pods and nodes: what the endpoints core builds against what the genuine controllers build, and what the DNS core
// answers against what CoreDNS sends over the wire.

const BATCH = 25;
const SETTLED_MS = 15_000;
/** How old what the predictions are made from may grow while answers differ. */
const STALE_MS = 1000;
/** The server loses questions that come all at the same moment. */
const QUESTIONS_AT_ONCE = 32;

describeOnCluster('random clusters: predicted slices and DNS answers against the genuine ones', () => {
  let client: KubeClient;
  let nodes: FakeNodes;
  beforeAll(async () => {
    client = await openClient();
    nodes = await makeFakeNodes(client);
  });
  afterAll(async () => {
    await nodes.remove();
    client.close();
  });

  async function deploy(namespace: string, {services, pods, slices}: ClusterCase): Promise<void> {
    const path = `/api/v1/namespaces/${namespace}`;
    for (const service of services) await create(client, `${path}/services`, service);
    for (const slice of slices) await create(client, `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, slice);
    for (const {object, status, terminating} of pods) {
      const pod = `${path}/pods/${object.metadata?.name}`;
      await create(client, `${path}/pods`, object);
      await merge(client, `${pod}/status`, {status});
      if (terminating) await client.send({method: 'DELETE', path: pod, body: {gracePeriodSeconds: 3600}});
    }
  }

  async function observe(namespace: string): Promise<Observed> {
    const {objects} = await clusterSource(client).read([
      {resource: 'nodes', namespace: null},
      {resource: 'pods', namespace},
      {resource: 'services', namespace},
      {resource: 'endpointslices', namespace},
      {resource: 'endpoints', namespace},
    ]);
    const of = (kind: string) => objects.filter((object) => object.kind === kind);
    return {nodes: of('Node'), pods: of('Pod'), services: of('Service'), slices: of('EndpointSlice'), endpoints: of('Endpoints')};
  }

  /**
   * The differences that are left when the controllers have had their time. Half-way each Service in question is touched: the controller
   * does not look at hints again by itself where only nodes have changed.
   */
  async function sliceDifferences(namespace: string): Promise<readonly string[]> {
    const started = Date.now();
    let touched = false;
    return until(
      'the comparison',
      async () => {
        const observed = await observe(namespace);
        const left = observed.services.flatMap((service) => {
          const difference = sliceDifference(observed, service);
          return difference === null ? [] : [{service, text: `${service.metadata?.name}: ${difference}\n${evidence(observed, service)}`}];
        });
        if (left.length > 0 && !touched && Date.now() - started > SETTLED_MS / 2) {
          touched = true;
          for (const {service} of left) await touch(service);
        }
        return (left.length === 0 || Date.now() - started > SETTLED_MS) && left.map(({text}) => text);
      },
      2 * SETTLED_MS,
    );
  }

  function touch({metadata}: KubernetesObject): Promise<KubernetesObject> {
    const path = `/api/v1/namespaces/${metadata?.namespace}/services/${metadata?.name}`;
    return merge(client, path, {metadata: {annotations: {'kiada-test/touched': 'true'}}});
  }

  async function viewNow(): Promise<ClusterView> {
    const {objects} = await clusterSource(client).read(
      (['services', 'endpointslices', 'pods', 'namespaces'] as const).map((resource) => ({resource, namespace: null})),
    );
    return viewOf(objects);
  }

  async function dnsDifferences(namespace: string, seed: number): Promise<{asked: number; differences: readonly string[]}> {
    const [address, port] = (DNS_SERVER ?? '').split(':') as [string, string];
    let view = await viewNow();
    let readAt = Date.now();
    const random = randomFrom(seed);
    const own = [...view.services.values()].filter((service) => service.namespace === namespace);
    const questions = own.flatMap(({name}) => questionsAbout(random, view, namespace, name));
    const ask = async (question: (typeof questions)[number]): Promise<string | null> => {
      const difference = await dnsDifference(view, {address, port: Number(port)}, question);
      if (difference === null || Date.now() - readAt < STALE_MS) return difference;
      readAt = Date.now();
      view = await viewNow(); // the cluster moves on meanwhile: it takes away the pods of nodes that do not exist
      return difference;
    };
    const deadline = Date.now() + 2 * SETTLED_MS;
    const differences: string[] = [];
    await atOnce(QUESTIONS_AT_ONCE, questions, async (question) => {
      const found = await until(
        'an answer',
        async () => {
          const difference = await ask(question);
          return (difference === null || Date.now() > deadline) && {difference};
        },
        4 * SETTLED_MS,
      );
      differences.push(...(found.difference === null ? [] : [found.difference]));
    });
    return {asked: questions.length, differences};
  }

  async function remove(namespace: string): Promise<void> {
    const query = {gracePeriodSeconds: 0}; // no kubelet says that these pods have ended
    await client.send({method: 'DELETE', path: `/api/v1/namespaces/${namespace}/pods`, query});
    await dropNamespace(client, namespace);
  }

  it(`${CASES} random clusters from seed ${SEED}`, {timeout: 120_000 + CASES * 15_000}, async () => {
    const random = randomFrom(SEED);
    const differences: string[] = [];
    let [services, asked] = [0, 0];
    for (let first = 0; first < CASES; first += BATCH) {
      await nodes.shuffle(random);
      const cases = Array.from({length: Math.min(BATCH, CASES - first)}, (_, index) => clusterCase(random, first + index));
      const namespace = await makeNamespace(client);
      await until('the ServiceAccount of the namespace', () => hasServiceAccount(client, namespace));
      await Promise.all(cases.map((one) => deploy(namespace, one)));
      services += cases.flatMap((one) => one.services).length;
      const found = [...(await sliceDifferences(namespace))];
      const dns = DNS_SERVER === null ? {asked: 0, differences: []} : await dnsDifferences(namespace, SEED + first);
      asked += dns.asked;
      found.push(...dns.differences);
      for (const difference of found) process.stderr.write(`${difference}\n`);
      differences.push(...found);
      await remove(namespace);
      const done = `${first + cases.length} of ${CASES} random clusters, ${services} Services, ${asked} DNS questions`;
      process.stderr.write(`${done}, ${differences.length} differences (seed ${SEED})\n`);
    }
    expect(differences).toEqual([]);
  });
});

async function hasServiceAccount(client: KubeClient, namespace: string): Promise<boolean> {
  const {items} = (await client.get(`/api/v1/namespaces/${namespace}/serviceaccounts`)) as {items: readonly unknown[]};
  return items.length > 0;
}

function evidence(observed: Observed, service: KubernetesObject): string {
  const app = String((service['spec'] as {selector?: {app?: string}}).selector?.app);
  const pods = observed.pods.filter(({metadata}) => metadata?.name?.startsWith(`${app}-`));
  return JSON.stringify({
    service,
    slices: observed.slices.filter(({metadata}) => metadata?.labels?.['kubernetes.io/service-name'] === service.metadata?.name),
    nodes: observed.nodes.map(({metadata, status}) => ({name: metadata?.name, labels: metadata?.labels, status})),
    pods: pods.map(({metadata, spec, status}) => ({name: metadata?.name, deleted: metadata?.deletionTimestamp, spec, status})),
  });
}
