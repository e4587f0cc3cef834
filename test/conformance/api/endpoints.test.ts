import {describe, expect, test} from 'vitest';
import {topologyAnnotationEnabled} from '../../../src/endpoints/index.ts';
import type {KubernetesObject} from '../../../src/model/index.ts';
import {startEndpointSliceController} from '../../../src/sandbox/controllers/endpoint-slice-controller.ts';
import {startEndpointsController} from '../../../src/sandbox/controllers/endpoints-controller.ts';
import {startMirroringController} from '../../../src/sandbox/controllers/mirroring-controller.ts';
import type {RunningServer} from '../../sandbox/api-server/running-server.ts';
import data from '../data/endpointslice.json' with {type: 'json'};
import {withRanges} from './fields.ts';
import {keptSlice, plainEndpoint, pointingAt, validPod, validService} from './valid-objects.ts';
import {place, placeMany, read, runToRest, world} from './world.ts';

// The endpoint tables with the sandbox's controllers at work on its API server: objects are written and read by requests.

// biome-ignore lint/suspicious/noExplicitAny: rows of a table that was recorded elsewhere
type Row = any;
// biome-ignore lint/suspicious/noExplicitAny: the same
const tables = data as any as Record<string, Row[]>;

const SLICES = 'endpointslice-controller.k8s.io';
const MIRROR = 'endpointslicemirroring-controller.k8s.io';

/** Why no request can be made of a row; null for the others. */
function unplaceable({settings, service, existingSlices = []}: Row): string | null {
  if (existingSlices.some((slice: Row) => slice.addressType === 'IP')) return 'the API has no slices of type IP any more';
  if (settings?.topologyAwareHints === false && topologyAnnotationEnabled(service.metadata.annotations ?? {}))
    return 'the controller of a cluster heeds the topology annotation';
  return (settings?.maxEndpointsPerSlice ?? 100) === 100 ? null : 'the controller of a cluster makes slices of 100';
}

function each(table: string, run: (row: Row) => Promise<void>): void {
  describe(table, () => {
    for (const row of tables[table] ?? []) {
      const why = unplaceable(row);
      if (why === null) test(`${row.id} ${row.name ?? ''}`, () => run(structuredClone(row)));
      else test.skip(`${row.id} ${row.name ?? ''} (${why})`);
    }
  });
}

/** More pods than that come without a request for each. */
const MOST_REQUESTS = 20;

/** Service, nodes, pods and slices of a row, before any controller looks at them. */
async function placeAll(
  row: Row,
  given: readonly KubernetesObject[],
): Promise<{server: RunningServer; service: KubernetesObject; pods: readonly KubernetesObject[]}> {
  const server = await world(withRanges(row.service, null));
  const service = await place(server, 'services', validService(row.service));
  for (const node of row.nodes ?? []) await place(server, 'nodes', node);
  const pods: KubernetesObject[] = [];
  for (const pod of given.slice(0, MOST_REQUESTS)) pods.push(await place(server, 'pods', validPod(pod)));
  pods.push(...placeMany(server, given.slice(MOST_REQUESTS).map(validPod)));
  return {server, service, pods};
}

async function slicesOf(server: RunningServer, {metadata}: KubernetesObject): Promise<Row[]> {
  const list = await read(server, `/apis/discovery.k8s.io/v1/namespaces/${metadata?.namespace}/endpointslices`);
  return list.items;
}

const portText = (port: Row) => `${port.name ?? ''}/${port.protocol || 'TCP'}/${port.port ?? 'all'}/${port.appProtocol ?? ''}`;
const portsOf = (slice: Row) => (slice.ports ?? []).map(portText).sort();
const sorted = <T>(items: readonly T[]): T[] => [...items].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

const plainSlice = (slice: Row) => ({
  addressType: slice.addressType,
  ports: portsOf(slice),
  endpoints: sorted((slice.endpoints ?? []).map(plainEndpoint)),
  labels: slice.labels ?? slice.metadata?.labels,
});

const versions = (slices: readonly Row[]) => slices.map(({metadata: {name, resourceVersion}}) => `${name} ${resourceVersion}`).sort();

async function reconcile(row: Row): Promise<void> {
  const {server, service, pods} = await placeAll(row, row.pods);
  const owner = {apiVersion: 'v1', kind: 'Service', name: service.metadata?.name, uid: service.metadata?.uid, controller: true};
  for (const slice of pointingAt<Row[]>(row.existingSlices, pods)) {
    const {metadata} = keptSlice(slice, service, SLICES);
    const headless = (service['spec'] as {clusterIP?: string}).clusterIP === 'None' ? {'service.kubernetes.io/headless': ''} : {};
    const labels = {...metadata?.labels, ...headless};
    await place(server, 'endpointslices', {...slice, metadata: {...metadata, labels, ownerReferences: [owner]}} as KubernetesObject);
  }
  const before = versions(await slicesOf(server, service));
  await runToRest(server, startEndpointSliceController);
  const slices = await slicesOf(server, service);
  const lengths = slices.map((slice) => ({addressType: slice.addressType, ports: portsOf(slice), count: (slice.endpoints ?? []).length}));
  expect(sorted(lengths)).toEqual(sorted(row.expect.sliceLengths.map((slice: Row) => ({...slice, ports: portsOf(slice)}))));
  if (row.expect.actions.length === 0) expect(versions(slices)).toEqual(before);
  if (row.expect.slices === undefined) return;
  const hinted = row.expect.hintsPerZone === undefined;
  const plain = (slice: Row) => {
    const {labels: _, ...cut} = plainSlice(slice);
    return hinted ? cut : {...cut, endpoints: cut.endpoints.map(({hints: _, ...endpoint}: Row) => endpoint)};
  };
  expect(sorted(slices.map(plain))).toEqual(sorted(row.expect.slices.map(plain)));
  // rows whose slices are left alone give them none
  const labels = row.expect.slices.map((slice: Row) => slice.labels).filter((each: Row) => Object.keys(each).length > 0);
  if (labels.length > 0) expect(sorted(slices.map(({metadata}) => metadata.labels))).toEqual(sorted(labels));
}

each('reconcileCases', reconcile);
each('derivedReconcileCases', reconcile);

const countedPods = ({ready, notReady}: {ready: number; notReady: number}): readonly KubernetesObject[] =>
  Array.from({length: ready + notReady}, (_, index) => {
    const ip = `10.0.${Math.floor(index / 250)}.${(index % 250) + 1}`;
    return {
      metadata: {name: `pod${index}`, namespace: 'test'},
      spec: {containers: []},
      status: {podIPs: [{ip}], conditions: [{type: 'Ready', status: index < ready ? 'True' : 'False'}]},
    };
  });

each('endpointsControllerCases', async (row) => {
  const {server, service, pods} = await placeAll(row, row.podCounts === undefined ? row.selectedPods : countedPods(row.podCounts));
  const current = row.current ?? (row.currentSummary && {metadata: {...service.metadata, ...row.currentSummary}});
  if (current) await place(server, 'endpoints', pointingAt(current, pods));
  await runToRest(server, startEndpointsController);
  const {name, namespace} = service.metadata ?? {};
  const endpoints = await read(server, `/api/v1/namespaces/${namespace}/endpoints/${name}`);
  const {expect: expected} = row;
  if (expected.counts) expect(counts(endpoints)).toEqual(expected.counts);
  if (!expected.endpoints) return;
  // target port 0 is the port itself once the API has filled it in
  const isFilledIn = row.service.spec.ports.some(({targetPort}: Row) => targetPort === 0);
  const plain = (each: Row) => plainEndpoints(each, isFilledIn);
  expect(plain(endpoints)).toEqual(plain(expected.endpoints));
});

const counts = ({subsets = []}: Row) =>
  subsets.map(({addresses = [], notReadyAddresses = []}: Row) => ({
    addresses: addresses.length,
    notReadyAddresses: notReadyAddresses.length,
  }));

function plainEndpoints({metadata, labels = metadata?.labels, subsets = []}: Row, withoutPorts: boolean): Row {
  return {
    labels,
    subsets: subsets.map(({addresses = [], notReadyAddresses = [], ports = []}: Row) => ({
      addresses: sorted(addresses.map(plainEndpoint)),
      notReadyAddresses: sorted(notReadyAddresses.map(plainEndpoint)),
      ports: withoutPorts ? [] : ports.map(portText).sort(),
    })),
  };
}

each('mirroringCases', async (row) => {
  const server = await world(['10.0.0.0/16', '2000::/108']);
  const {name, namespace} = row.endpoints.metadata;
  const service = await place(server, 'services', {metadata: {name, namespace}, spec: {ports: [{port: 80}]}} as KubernetesObject);
  for (const slice of row.existingSlices) await place(server, 'endpointslices', keptSlice(slice, service, MIRROR));
  await place(server, 'endpoints', row.endpoints);
  await runToRest(server, startMirroringController);
  const slices = await slicesOf(server, service);
  expect(sorted(slices.map(plainSlice))).toEqual(sorted(row.expect.slices.map(plainSlice)));
});
