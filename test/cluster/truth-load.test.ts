import {beforeAll, expect, it} from 'vitest';
import type {KubeClient} from '../../src/kube/index.ts';
import type {ClusterView, LoadResult, LoadRunResult} from '../../src/model/index.ts';
import {type Cell, cellsOf} from './genuine/cells.ts';
import {kiadaJson} from './genuine/cli.ts';
import {create, describeOnCluster, makeNamespace} from './genuine/cluster.ts';
import {lacking} from './genuine/lacking.ts';
import {makeNamedWeb} from './genuine/named-web.ts';
import {ownNamespace} from './genuine/own-namespace.ts';
import {NO_RIG, RIG} from './genuine/rig.ts';
import {until} from './genuine/until.ts';
import {viewOfRig} from './genuine/view.ts';

// The other half of the truth table: what `kiada load` meets from a vantage is what `route` says of it: endpoints, refusals, silence,
// and the source addresses that servers see. Some cells of each kind; all of them with KIADA_TEST_ALL_CELLS=1.

const SERVICES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  't-cluster': {type: 'LoadBalancer'},
  't-etplocal': {type: 'LoadBalancer', externalTrafficPolicy: 'Local'},
  't-itplocal': {type: 'NodePort', internalTrafficPolicy: 'Local'},
  't-affinity': {type: 'NodePort', sessionAffinity: 'ClientIP'},
  't-samenode': {trafficDistribution: 'PreferSameNode'},
  't-samezone': {trafficDistribution: 'PreferSameZone'},
  't-empty': {type: 'LoadBalancer', selector: {app: 'nobody'}},
};

/** Vantages, with the place of the rig that stands for one outside. */
const SOURCES: Readonly<Record<string, string | null>> = {
  'pod/web-node1': null,
  'pod/web-node2': null,
  'pod/caller': null,
  'node/node1': null,
  'node/node3': null,
  'outside/172.31.0.10': 'client',
  'outside/172.30.0.10': 'cp',
};

const ALL = process.env['KIADA_TEST_ALL_CELLS'] === '1';
/** Of each kind of source and policy one that forwards, one that refuses, one that drops. */
const CHOSEN: readonly (readonly [service: string, from: string])[] = [
  ['t-cluster', 'pod/web-node1'],
  ['t-cluster', 'outside/172.31.0.10'],
  ['t-etplocal', 'node/node1'],
  ['t-itplocal', 'pod/caller'],
  ['t-samenode', 'pod/web-node2'],
  ['t-empty', 'node/node3'],
];

describeOnCluster('the truth table: predicted by route, met by load', () => {
  if (RIG === null) return lacking(`needs a place inside the cluster: ${NO_RIG}`);
  let client: KubeClient;
  let namespace: string;
  let view: ClusterView;
  ownNamespace(makeNamespace, (...own) => {
    [namespace, client] = own;
  });
  beforeAll(async () => {
    await create(client, `/api/v1/namespaces/${namespace}/pods`, {
      metadata: {name: 'caller'},
      spec: {
        nodeName: 'node3',
        terminationGracePeriodSeconds: 1,
        containers: [{name: 'shell', image: 'busybox', command: ['sleep', '86400']}],
      },
    });
    await makeNamedWeb(client, namespace, {nodes: ['node1', 'node2'], services: SERVICES});
    view = await until('endpoints and addresses', async () => {
      const now = await viewOfRig(client, namespace);
      const caller = now.pods.get(`${namespace}/caller`);
      const balanced = [...now.services.values()].every(({type, ingress}) => type !== 'LoadBalancer' || ingress.length > 0);
      const readyOf = (name: string) =>
        (now.slicesOf.get(`${namespace}/${name}`) ?? []).flatMap(({endpoints}) => endpoints.filter((each) => each.ready)).length;
      const served = Object.keys(SERVICES).filter((name) => name !== 't-empty');
      return balanced && (caller?.ips.length ?? 0) > 0 && served.every((name) => readyOf(name) >= 2) && now;
    });
  });

  const asked = ALL ? Object.keys(SERVICES).flatMap((service) => Object.keys(SOURCES).map((from) => [service, from] as const)) : CHOSEN;
  for (const [name, from] of asked) {
    it(`${name} from ${from}`, async () => {
      const cells = cellsOf(view, {service: {namespace, name}, from}).filter(({predicted}) => predicted[0] !== 'unreachable');
      const differences: string[] = [];
      for (const cell of cells) differences.push(...(await differenceOf(cell, name, from)));
      expect(differences).toEqual([]);
    });
  }

  async function differenceOf(cell: Cell, name: string, from: string): Promise<readonly string[]> {
    const {via, entryNode} = cell.way ?? expect.unreachable();
    const forwards = cell.predicted.some((outcome) => outcome.includes('<-'));
    const amount = forwards ? ['--requests', '40', '--connections', '4'] : ['--requests', '2', '--connections', '2', '--timeout', '3s'];
    const entry = via === 'nodeport' && entryNode !== null ? ['--entry', entryNode] : [];
    const how = ['-n', namespace, '--via', via, '--from', from, ...entry, ...amount, '--connection-per-request', '--yes'];
    const place = SOURCES[from];
    const {runs} = await kiadaJson<LoadResult>(['load', `svc/${name}`, ...how], place ? {place} : {});
    const [run] = runs;
    if (run === undefined) return expect.unreachable();
    const met = metBy(run);
    const predicted = predictedOf(cell);
    const agree =
      run.address === cell.host &&
      met.sources.every((source) => predicted.sources.includes(source)) &&
      sameEnds(cell, met.ends, predicted.ends);
    return agree
      ? []
      : [`${cell.title}: predicted ${cell.predicted.join(', ')}; met ${met.ends.join(', ')} seen as ${met.sources.join(', ')}`];
  }
});

interface Met {
  readonly ends: readonly string[];
  readonly sources: readonly string[];
}

/** Who answered, or how no one did. */
function metBy({distribution, errors, sourcesSeen}: LoadRunResult): Met {
  const answered = distribution.rows.filter(({count}) => count > 0).map(({pod, endpoint}) => pod ?? endpoint);
  const ends = [...answered, ...(errors.refused > 0 ? ['reject'] : []), ...(errors.timeout > 0 ? ['drop'] : [])];
  return {ends: ends.toSorted(), sources: sourcesSeen};
}

function predictedOf({predicted}: Cell): Met {
  const pairs = predicted.map((outcome) => outcome.split('<-') as [string, string?]);
  return {ends: [...new Set(pairs.map(([end]) => end))].toSorted(), sources: pairs.flatMap(([, source]) => source ?? [])};
}

function sameEnds({coverage}: Cell, met: readonly string[], predicted: readonly string[]): boolean {
  if (!met.every((end) => predicted.includes(end)) || met.length === 0) return false;
  return coverage === 'all' ? met.length === predicted.length : coverage === 'one' ? met.length === 1 : true;
}
