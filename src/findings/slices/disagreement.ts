import {canonicalIP} from '../../ip/index.ts';
import type {EndpointSlice, Service} from '../../model/index.ts';
import {list, text} from '../../view/index.ts';
import type {Facts} from '../facts.ts';
import type {Rule} from '../rule.ts';
import {kubectl, lines, names} from '../words.ts';
import {endpointsObject, MIRRORING_CONTROLLER, SLICE_CONTROLLER, slicesOf} from './manual.ts';

const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity';

export const endpointsEdited: Rule = {
  code: 'KIA0707',
  name: 'EndpointsEditedByHand',
  severity: 'warning',
  certainty: 'proven',
  summary: 'The Endpoints object of a Service with a selector has addresses that no slice has.',
  why: 'With a selector, the controller owns the endpoints. What is written into Endpoints by hand is not copied to the slices, and kube-proxy reads nothing else; the next sync overwrites it.',
  remedy: 'Remove the selector if the endpoints are to be written by hand, else change the pods.',
  needs: ['endpointslices', 'endpoints', 'pods'],
  live: true,
  *check(facts, service) {
    if (service.selector === null || service.type === 'ExternalName') return;
    const known = new Set([
      ...facts.endpoints(service).map((endpoint) => endpoint.address),
      ...facts.selected(service).flatMap((pod) => pod.ips),
    ]);
    const foreign = addressesOf(facts, service).filter((address) => !known.has(address));
    if (foreign.length === 0) return;
    yield {
      message: `${names(foreign)} ${foreign.length === 1 ? 'stands' : 'stand'} in its Endpoints object but in no slice: nobody uses it`,
      evidence: [`slices: ${names(facts.endpoints(service).map((endpoint) => endpoint.address)) || 'no endpoint'}`],
      object: {kind: 'Endpoints', namespace: service.namespace, name: service.name},
      field: 'subsets',
      remedy: `to write endpoints by hand, remove the selector: ${kubectl(service.namespace, 'patch', 'service', service.name, '--type=merge', '-p', '{"spec":{"selector":null}}')}`,
    };
  },
};

function addressesOf(facts: Facts, service: Service): readonly string[] {
  const subsets = list(endpointsObject(facts, service)?.['subsets']);
  const all = subsets.flatMap((subset) => [...list(subset['addresses']), ...list(subset['notReadyAddresses'])]);
  return all.flatMap((address) => text(address['ip']) ?? []).map((ip) => canonicalIP(ip) ?? ip);
}

export const endpointsCut: Rule = {
  code: 'KIA0709',
  name: 'EndpointsCutShort',
  severity: 'warning',
  certainty: 'proven',
  summary: 'The Endpoints object shows only the first 1000 addresses.',
  why: 'The old kind is cut at 1000 addresses. kube-proxy reads the slices and is not affected, but programs that still read Endpoints are blind to the rest.',
  remedy: 'Let those programs read EndpointSlices.',
  needs: ['endpoints', 'endpointslices'],
  live: true,
  *check(facts, service) {
    if (endpointsObject(facts, service)?.metadata?.annotations?.[OVER_CAPACITY] !== 'truncated') return;
    const [shown, all] = [addressesOf(facts, service).length, facts.endpoints(service).length];
    yield {
      message: `its Endpoints object shows ${shown} of ${all} endpoints; readers of that old kind miss the rest`,
      evidence: [`annotation ${OVER_CAPACITY}: truncated`],
      object: {kind: 'Endpoints', namespace: service.namespace, name: service.name},
      remedy: `read the slices: ${kubectl(service.namespace, 'get', 'endpointslices', '-l', `kubernetes.io/service-name=${service.name}`)}`,
    };
  },
};

interface Place {
  readonly slice: EndpointSlice;
  readonly pod: string | null;
  readonly uid: string;
  readonly ready: boolean;
}

export const endpointTwice: Rule = {
  code: 'KIA0710',
  name: 'EndpointOfTwoPods',
  severity: 'warning',
  certainty: 'proven',
  summary: 'Two pods stand in the slices with the same address and port.',
  why: 'An address belongs to one pod at a time. That two live pods claim it means that one record is stale, or that the network plugin has given the address out twice.',
  remedy: 'Delete the pod that should not have the address.',
  needs: ['endpointslices'],
  live: true,
  *check(facts, service) {
    if (!hasDoubles(facts, service)) return;
    for (const [address, places] of placesOf(facts, service)) {
      const pods = [...new Set(places.map((place) => place.pod))];
      if (pods.length < 2) continue;
      yield {
        message: `${address} belongs to ${pods.length} pods at once: ${names(pods.map((pod) => pod ?? 'unknown'))}`,
        evidence: lines(places.map(({slice, pod, ready}) => `slice ${slice.name}: pod ${pod}, ${ready ? 'ready' : 'not ready'}`)),
        remedy: `see which pod has it: ${kubectl(service.namespace, 'get', 'pods', '-o', 'wide')}`,
      };
    }
  },
};

/** Whether any address stands twice: seldom so, and quickly told. */
function hasDoubles(facts: Facts, service: Service): boolean {
  const seen = new Set<string>();
  return slicesOf(facts, service).some((slice) =>
    slice.endpoints.some((endpoint) => {
      const before = seen.size;
      return seen.add(endpoint.address).size === before;
    }),
  );
}

/** Where each address and port stands, without endpoints that end: an address may be given out again while they do. */
function placesOf(facts: Facts, service: Service): Map<string, Place[]> {
  const places = new Map<string, Place[]>();
  for (const slice of slicesOf(facts, service)) {
    for (const endpoint of slice.endpoints) {
      if (endpoint.pod === null || endpoint.terminating) continue;
      for (const port of slice.ports) {
        const key = `${endpoint.address} port ${port.port}/${port.protocol}`;
        const place = {slice, pod: endpoint.pod.name, uid: endpoint.pod.uid, ready: endpoint.ready};
        places.set(key, [...(places.get(key) ?? []), place]);
      }
    }
  }
  return places;
}

export const orphanSlice: Rule = {
  code: 'KIA0711',
  name: 'SliceOfMissingService',
  severity: 'warning',
  certainty: 'proven',
  summary: 'An EndpointSlice names a Service that does not exist.',
  why: 'Nothing uses the slice until a Service of that name exists. Slices of the controllers go with their Service; one written by hand stays.',
  remedy: 'Correct the label, or delete the slice.',
  needs: ['endpointslices'],
  live: false,
  *sweep(facts) {
    for (const slice of facts.view.slices.values()) {
      if (slice.service === null || facts.view.services.has(`${slice.namespace}/${slice.service}`)) continue;
      if (slice.managedBy === SLICE_CONTROLLER || slice.managedBy === MIRRORING_CONTROLLER) continue;
      yield {
        object: {kind: 'EndpointSlice', namespace: slice.namespace, name: slice.name},
        message: `its Service ${slice.service} does not exist in namespace ${slice.namespace}`,
        evidence: [`label kubernetes.io/service-name: ${slice.service}`, `managed by ${slice.managedBy || 'nobody that says so'}`],
        field: 'metadata.labels[kubernetes.io/service-name]',
        remedy: kubectl(slice.namespace, 'delete', 'endpointslice', slice.name),
      };
    }
  },
};

export const foreignSlice: Rule = {
  code: 'KIA0715',
  name: 'ForeignSliceAdded',
  severity: 'info',
  certainty: 'proven',
  summary: 'A Service with a selector has a slice that its controller did not make.',
  why: "All slices that carry the Service's name are used, whoever wrote them. That is how some multi-cluster tools add endpoints; a slice left over from a time without selector does it too.",
  remedy: 'Delete the slice if nobody keeps it.',
  needs: ['endpointslices'],
  live: true,
  *check(facts, service) {
    if (service.selector === null) return;
    const foreign = slicesOf(facts, service).filter((slice) => slice.managedBy !== SLICE_CONTROLLER && slice.endpoints.length > 0);
    if (foreign.length === 0) return;
    yield {
      message: `slice ${names(foreign.map((slice) => slice.name))} adds endpoints that its selector does not give`,
      evidence: lines(
        foreign.map(
          (slice) =>
            `${slice.name}: managed by ${slice.managedBy || 'nobody that says so'}, ${names(slice.endpoints.map((endpoint) => endpoint.address))}`,
        ),
      ),
      remedy: `if it is left over: ${kubectl(service.namespace, 'delete', 'endpointslice', foreign[0]?.name ?? '')}`,
    };
  },
};
