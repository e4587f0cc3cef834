import {describe, expect, test} from 'vitest';
import {
  addressTypes,
  buildEndpointSlices,
  buildEndpoints,
  distributionHints,
  endpointHostname,
  endpointPorts,
  endpointsAddress,
  findPort,
  mirrorEndpoints,
  newEndpointSlice,
  podInEndpoints,
  podToEndpoint,
  repackSubsets,
  type SliceEndpoint,
  type SliceGroups,
  type SliceManifest,
  type SlicePort,
  servicesForPod,
  shouldMirror,
  sliceLabels,
  topologyAnnotationEnabled,
  topologyHints,
  zoneShares,
} from '../../src/endpoints/index.ts';
import type {KubernetesObject} from '../../src/model/index.ts';
import data from './data/endpointslice.json' with {type: 'json'};

// biome-ignore lint/suspicious/noExplicitAny: rows of a table that was recorded elsewhere
type Row = any;
// biome-ignore lint/suspicious/noExplicitAny: the same
const tables = data as any as Record<string, Row[]>;

function each(table: string, run: (row: Row) => void): void {
  describe(table, () => {
    const rows = tables[table];
    if (rows === undefined) throw new Error(`no table ${table}`);
    if (rows.length === 0) test.skip('no case of it was given', () => undefined);
    for (const row of rows) test(`${row.id} ${row.name ?? ''}`, () => run(row));
  });
}

const portText = (port: SlicePort) => `${port.name ?? ''}/${port.protocol || 'TCP'}/${port.port ?? 'all'}/${port.appProtocol ?? ''}`;
const ports = (slice: {ports?: readonly SlicePort[] | null}) => (slice.ports ?? []).map(portText).sort();
const byAddress = (a: SliceEndpoint, b: SliceEndpoint) => String(a.addresses).localeCompare(String(b.addresses));

function plainSlice(slice: SliceManifest & {labels?: unknown}) {
  return {
    addressType: slice.addressType,
    ports: ports(slice),
    endpoints: [...slice.endpoints].sort(byAddress),
    labels: slice.labels ?? slice.metadata?.labels ?? {},
  };
}

const sorted = <T>(items: readonly T[]): T[] => [...items].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

function reconcile(row: Row): void {
  const result = buildEndpointSlices({
    service: row.service,
    pods: row.pods,
    nodes: row.nodes,
    existing: row.existingSlices,
    maxEndpointsPerSlice: row.settings.maxEndpointsPerSlice,
    topologyAwareHints: row.settings.topologyAwareHints,
  });
  const lengths = result.slices.map((slice) => ({addressType: slice.addressType, ports: ports(slice), count: slice.endpoints.length}));
  expect(sorted(lengths)).toEqual(sorted(row.expect.sliceLengths.map((slice: Row) => ({...slice, ports: ports(slice)}))));
  expect(result.retry).toBe(row.expect.error);
  const {create, update, delete: removed} = result.changes;
  const writes = [create.map(() => 'create'), update.map(() => 'update'), removed.map(() => 'delete')].flat();
  const expected = row.expect.actions.map((action: string) => action.split(' ')[0]).filter((verb: string) => verb !== 'list');
  expect(writes.sort()).toEqual(expected.sort());
  if (row.expect.slices !== undefined) compareSlices(result.slices, row);
  if (row.expect.hintsPerZone !== undefined) expect(hintsPerZone(result.slices)).toEqual(row.expect.hintsPerZone);
}

function compareSlices(slices: readonly SliceManifest[], row: Row): void {
  const ignoreHints = row.expect.hintsPerZone !== undefined;
  const plain = (slice: SliceManifest) => {
    const cut = plainSlice(slice);
    return ignoreHints ? {...cut, endpoints: cut.endpoints.map(({hints: _, ...endpoint}) => endpoint)} : cut;
  };
  if (row.expect.endpointPlacementDetermined) expect(sorted(slices.map(plain))).toEqual(sorted(row.expect.slices.map(plain)));
  const union = (all: readonly SliceManifest[]) => sorted(all.flatMap((slice) => plain(slice).endpoints));
  expect(union(slices)).toEqual(union(row.expect.slices));
}

function hintsPerZone(slices: readonly SliceManifest[]): Record<string, number> {
  const zones: Record<string, number> = {};
  for (const hint of slices.flatMap((slice) => slice.endpoints).flatMap((endpoint) => endpoint.hints?.forZones ?? [])) {
    zones[hint.name] = (zones[hint.name] ?? 0) + 1;
  }
  return zones;
}

each('reconcileCases', reconcile);
each('derivedReconcileCases', reconcile);
each('podToEndpointCases', (row) => {
  expect(podToEndpoint(row.pod, row.node ?? null, row.service, row.addressType)).toEqual(row.expect);
});
each('endpointPortsCases', (row) => expect(endpointPorts(row.service, row.pod)).toEqual(row.expect.ports));
each('newEndpointSliceCases', (row) => {
  const {metadata} = newEndpointSlice(row.service, row.addressType, row.ports);
  expect({labels: metadata.labels, generateName: metadata.generateName, ownerReferences: metadata.ownerReferences}).toEqual(row.expect);
});
each('sliceLabelsCases', (row) => expect(sliceLabels(row.sliceLabels ?? {}, row.service)).toEqual(row.expect));
each('addressTypesCases', (row) => expect([...addressTypes(row.service)].sort()).toEqual([...row.expect.addressTypes].sort()));
each('topologyAnnotationCases', (row) => expect(topologyAnnotationEnabled(row.annotations ?? {})).toBe(row.expect.enabled));
each('findPortCases', (row) => {
  const port = findPort(row.pod, row.servicePort);
  expect(port !== null).toBe(row.expect.found);
  if (row.expect.found) expect(port).toBe(row.expect.port);
});
each('podInEndpointsCases', (row) => expect(podInEndpoints(row.pod, row.includeTerminating)).toBe(row.expect.included));
each('setHostnameCases', (row) => expect(endpointHostname(row.pod, row.service) !== null).toBe(row.expect.set ?? row.expect.setHostname));
each('servicesForPodCases', (row) => {
  expect([...servicesForPod(row.services as KubernetesObject[], row.namespace, row.podLabels)].sort()).toEqual(
    [...row.expect.services].sort(),
  );
});
each('trafficDistributionCases', (row) => {
  const plain = (groups: SliceGroups) => ({
    toCreate: groups.toCreate.map((slice) => slice.endpoints),
    toUpdate: sorted(groups.toUpdate.map((slice) => slice.endpoints)),
    unchanged: groups.unchanged.map((slice) => slice.endpoints),
  });
  expect(plain(distributionHints(row.trafficDistribution, row.slices))).toEqual(plain(row.expect));
});
each('topologyHintsCases', (row) => {
  const {slices, events} = topologyHints(row.cpuRatiosByZone ?? null, row.addressType, row.slices, row.hintsPopulated ?? false);
  const returned = [...slices.toCreate, ...slices.toUpdate];
  expect(hintsPerZone(returned)).toEqual(row.expect.hintsPerZoneInReturned);
  expect(slices.toCreate.length).toBe(row.expect.toCreate.length);
  expect(slices.toUpdate.length).toBe(row.expect.toUpdate.length);
  expect(events.map(({type, reason}) => ({type, reason}))).toEqual(row.expect.events);
});
each('nodeRatioCases', (row) => {
  const shares = zoneShares(row.nodes);
  expect(shares !== null).toBe(row.expect.sufficientNodeInfo);
  for (const [zone, share] of Object.entries(row.expect.cpuRatiosByZone ?? {})) expect(shares?.[zone]).toBeCloseTo(share as number, 9);
});

const readyPod = (index: number, ready: boolean): KubernetesObject => {
  const ip = `10.${Math.floor(index / 65536)}.${Math.floor(index / 256) % 256}.${index % 256}`;
  const conditions = [{type: 'Ready', status: ready ? 'True' : 'False'}];
  return {
    metadata: {name: `pod${index}`, namespace: 'test', labels: {foo: 'bar'}},
    spec: {containers: []},
    status: {podIP: ip, podIPs: [{ip}], conditions},
  };
};

function podsOf(row: Row): readonly KubernetesObject[] {
  if (row.podCounts === undefined) return row.selectedPods;
  const {ready, notReady} = row.podCounts;
  return Array.from({length: ready + notReady}, (_, index) => readyPod(index, index < ready));
}

each('endpointsControllerCases', (row) => {
  const summary = row.currentSummary && {metadata: {resourceVersion: '1', ...row.currentSummary}};
  const {operation, endpoints} = buildEndpoints({service: row.service, pods: podsOf(row), current: row.current ?? summary ?? null});
  expect(operation).toBe(row.expect.operation);
  const {labels, annotations} = endpoints.metadata;
  if (row.expect.endpoints) expect({labels, annotations, subsets: endpoints.subsets}).toEqual(row.expect.endpoints);
  if (row.expect.annotations) expect(annotations).toEqual(row.expect.annotations);
  const counts = endpoints.subsets.map(({addresses = [], notReadyAddresses = []}) => ({
    addresses: addresses.length,
    notReadyAddresses: notReadyAddresses.length,
  }));
  if (row.expect.counts) expect(counts).toEqual(row.expect.counts);
});
each('endpointsAddressCases', (row) =>
  expect(endpointsAddress(row.service, row.pod)?.ip ?? null).toBe(row.expect.error ? null : row.expect.ip),
);
each('repackSubsetsCases', (row) => expect(repackSubsets(row.subsets)).toEqual(row.expect.subsets));
each('mirroringCases', (row) => {
  const {slices, changes} = mirrorEndpoints({
    endpoints: row.endpoints,
    existing: row.existingSlices,
    maxEndpointsPerSubset: row.maxEndpointsPerSubset,
  });
  const writes = [changes.create.map(() => 'create'), changes.update.map(() => 'update'), changes.delete.map(() => 'delete')].flat();
  const expected = row.expect.actions.map((action: string) => action.split(' ')[0]).filter((verb: string) => verb !== 'list');
  expect(writes.sort()).toEqual(expected.sort());
  expect(sorted(slices.map(plainSlice))).toEqual(sorted(row.expect.slices.map(plainSlice)));
});
each('shouldMirrorCases', (row) => expect(shouldMirror(row.endpoints)).toBe(row.expect.shouldMirror ?? row.expect.mirrored));
