import type {EndpointSlice, Service} from '../../model/index.ts';
import {list, texts} from '../../view/index.ts';
import type {Facts} from '../facts.ts';
import type {Rule} from '../rule.ts';
import {count, kubectl, lines, names, portName} from '../words.ts';
import {isManual, slicesOf} from './manual.ts';

export const slicePortName: Rule = {
  code: 'KIA0704',
  name: 'SlicePortNameDiffers',
  severity: 'error',
  certainty: 'proven',
  summary: 'No port of the slices has the name of the Service port.',
  why: 'Ports of a Service and of a slice are matched by name and protocol (without name matches without name), not by number.',
  remedy: 'Give the slice port the name of the Service port.',
  needs: ['endpointslices'],
  live: false,
  *check(facts, service) {
    const slices = slicesOf(facts, service).filter((slice) => slice.endpoints.length > 0 && slice.addressType !== 'FQDN');
    if (!isManual(service) || service.headless || slices.length === 0) return;
    const ports = slices.flatMap((slice) => slice.ports);
    for (const port of service.ports) {
      if (ports.some((own) => own.name === port.name && own.protocol === port.protocol)) continue;
      const has = [...new Set(ports.map((own) => `${own.name === '' ? 'a port without name' : own.name} (${own.port}/${own.protocol})`))];
      yield {
        message: `port ${portName(port)} has no endpoint: no slice port has ${port.name === '' ? 'no name' : `the name "${port.name}"`} and the protocol ${port.protocol}`,
        evidence: [has.length === 0 ? 'the slices have no ports' : `the slices have: ${names(has)}`],
        field: `spec.ports[${service.ports.indexOf(port)}].name`,
        remedy: kubectl(
          service.namespace,
          'patch',
          'endpointslice',
          slices[0]?.name ?? '',
          '--type=json',
          '-p',
          JSON.stringify([{op: 'add', path: '/ports/0/name', value: port.name}]),
        ),
      };
    }
  },
};

export const sliceFamily: Rule = {
  code: 'KIA0705',
  name: 'SliceFamilyDiffers',
  severity: 'error',
  certainty: 'proven',
  summary: 'A slice has an address family that the Service does not.',
  why: 'kube-proxy sends a connection to endpoints of the same family as the cluster IP.',
  remedy: 'Give addresses of the family of the Service, or the Service both families.',
  needs: ['endpointslices'],
  live: false,
  *check(facts, service) {
    if (!isManual(service)) return;
    const slices = slicesOf(facts, service).filter((slice) => slice.endpoints.length > 0 && slice.addressType !== 'FQDN');
    const wrong = slices.filter((slice) => !service.ipFamilies.some((family) => family === slice.addressType));
    if (wrong.length === 0) return;
    yield {
      message: `slice ${names(wrong.map((slice) => slice.name))} has ${wrong[0]?.addressType} addresses, but the Service is ${names(service.ipFamilies)}: nobody uses them`,
      severity: wrong.length < slices.length ? 'warning' : 'error',
      evidence: [`spec.ipFamilies: ${names(service.ipFamilies)}`],
      field: 'spec.ipFamilies',
      remedy: `write a slice of addressType ${service.ipFamilies[0] ?? 'IPv4'}, then: ${kubectl(service.namespace, 'delete', 'endpointslice', wrong[0]?.name ?? '')}`,
    };
  },
};

export const sliceFqdn: Rule = {
  code: 'KIA0706',
  name: 'SliceOfNames',
  severity: 'warning',
  certainty: 'proven',
  summary: 'A slice of addressType FQDN is ignored.',
  why: 'kube-proxy and cluster DNS use addresses only; the type has no meaning to them and is deprecated.',
  remedy: 'Use an ExternalName Service for a name, or addresses in the slice.',
  needs: ['endpointslices'],
  live: false,
  *check(facts, service) {
    const wrong = slicesOf(facts, service).filter((slice) => slice.addressType === 'FQDN');
    const usable = slicesOf(facts, service).some((slice) => slice.addressType !== 'FQDN' && slice.endpoints.length > 0);
    if (wrong.length === 0) return;
    yield {
      message: `slice ${names(wrong.map((slice) => slice.name))} holds names (addressType FQDN), which nobody uses`,
      severity: usable ? 'warning' : 'error',
      evidence: lines(wrong.flatMap((slice) => slice.endpoints.map((endpoint) => `${slice.name}: ${endpoint.address}`))),
      remedy: `make it an ExternalName Service, and: ${kubectl(service.namespace, 'delete', 'endpointslice', ...wrong.map((slice) => slice.name))}`,
    };
  },
};

export const sliceSpareAddresses: Rule = {
  code: 'KIA0713',
  name: 'EndpointHasSeveralAddresses',
  severity: 'warning',
  certainty: 'proven',
  summary: 'An endpoint of a slice has more than one address; only the first counts.',
  why: 'The list of addresses of one endpoint has no meaning beyond its first entry: kube-proxy ignores the others.',
  remedy: 'Write an endpoint for each address.',
  needs: ['endpointslices'],
  live: false,
  *check(facts, service) {
    const spare = slicesOf(facts, service).flatMap((slice) => spareAddresses(facts, slice));
    if (spare.length === 0) return;
    yield {
      message: `${names(spare)} ${spare.length === 1 ? 'gets' : 'get'} no traffic: only the first address of an endpoint counts`,
      evidence: [`in ${names(slicesOf(facts, service).map((slice) => slice.name))}`],
      remedy: `write each as an endpoint of its own: ${kubectl(service.namespace, 'edit', 'endpointslice', slicesOf(facts, service)[0]?.name ?? '')}`,
    };
  },
};

function spareAddresses(facts: Facts, slice: EndpointSlice): readonly string[] {
  const object = facts.view.objects.get(`EndpointSlice/${slice.namespace}/${slice.name}`);
  return list(object?.['endpoints']).flatMap((endpoint) => texts(endpoint['addresses']).slice(1));
}

export const sliceOfServiceAddress: Rule = {
  code: 'KIA0712',
  name: 'EndpointIsServiceAddress',
  severity: 'error',
  certainty: 'proven',
  summary: 'An endpoint is the cluster IP of a Service.',
  why: 'kube-proxy translates an address once: a packet that has been sent on to an endpoint is not translated again, so that nothing answers at a cluster IP there.',
  remedy: 'Use an ExternalName Service for the other, or the addresses of its pods.',
  needs: ['endpointslices'],
  live: false,
  *check(facts, service) {
    if (!isManual(service)) return;
    const all = slicesOf(facts, service).flatMap((slice) => slice.endpoints);
    const wrong = all.filter((endpoint) => clusterIPOwner(facts, endpoint.address) !== null);
    if (wrong.length === 0) return;
    yield {
      message: `endpoint ${names(wrong.map((endpoint) => endpoint.address))} is the cluster IP of a Service: nothing answers there`,
      severity: wrong.length < all.length ? 'warning' : 'error',
      evidence: wrong.slice(0, 5).map((endpoint) => `${endpoint.address} belongs to Service ${clusterIPOwner(facts, endpoint.address)}`),
      remedy: `use an ExternalName Service for ${clusterIPOwner(facts, wrong[0]?.address ?? '')} in place of an address`,
    };
  },
};

function clusterIPOwner(facts: Facts, address: string): string | null {
  const keys = facts.view.servicesByIP.get(address) ?? [];
  return keys.find((key) => facts.view.services.get(key)?.clusterIPs.includes(address)) ?? null;
}

export const manualNotReady: Rule = {
  code: 'KIA0719',
  name: 'ManualEndpointsNotReady',
  severity: 'error',
  certainty: 'proven',
  summary: 'The slices that were written for the Service say that none of their endpoints is ready.',
  why: 'Nobody probes such endpoints: whoever writes the slice says in its conditions whether they are ready.',
  remedy: 'Set conditions.ready to true, or leave it out.',
  needs: ['endpointslices'],
  live: false,
  *check(facts, service) {
    const all = isManual(service)
      ? slicesOf(facts, service).flatMap((slice) => slice.endpoints.map((endpoint) => ({slice, endpoint})))
      : [];
    if (all.length === 0 || all.some(({endpoint}) => endpoint.ready || (endpoint.serving && endpoint.terminating))) return;
    yield {
      message: `none of its ${count(all.length, 'endpoint')} is ready, by the word of the slices`,
      evidence: lines(all.map(({slice, endpoint}) => `${endpoint.address} in slice ${slice.name}${managed(slice)}: ready false`)),
      remedy: kubectl(service.namespace, 'edit', 'endpointslice', all[0]?.slice.name ?? ''),
    };
  },
};

function managed(slice: EndpointSlice): string {
  return slice.managedBy === '' ? '' : ` (managed by ${slice.managedBy})`;
}

export const familyWithoutEndpoints: Rule = {
  code: 'KIA0717',
  name: 'FamilyWithoutEndpoints',
  severity: 'error',
  certainty: 'proven',
  summary: 'The Service has an address of a family in which no endpoint is ready.',
  why: 'Each address family has endpoints of its own. Pods with one address only, or a program that listens on one family, leave the other empty: half of the clients are refused.',
  remedy: 'Make the pods dual-stack, or limit the Service to one family.',
  needs: ['endpointslices'],
  live: true,
  *check(facts, service) {
    const ready = facts.endpoints(service).filter((endpoint) => endpoint.ready);
    if (service.type === 'ExternalName' || ready.length === 0 || service.ipFamilies.length < 2) return;
    const empty = service.ipFamilies.filter((family) => !ready.some((endpoint) => endpoint.family === family));
    const [family] = empty;
    // a headless Service without selector is given both families even where the cluster has one
    if (family === undefined || (service.headless && isManual(service))) return;
    const address = service.clusterIPs.find((ip) => ip.includes(':') === (family === 'IPv6'));
    yield {
      message: `${family} is promised${address === undefined ? '' : ` (${address})`}, but no ready endpoint has an ${family} address`,
      evidence: [`ready: ${names(ready.map((endpoint) => endpoint.address))}`],
      field: 'spec.ipFamilies',
      remedy: singleFamily(service, family),
    };
  },
};

function singleFamily(service: Service, family: string): string {
  const [first] = service.ipFamilies;
  return first === family
    ? 'make the pods dual-stack; the first family of a Service cannot be taken away'
    : kubectl(
        service.namespace,
        'patch',
        'service',
        service.name,
        '--type=merge',
        '-p',
        JSON.stringify({spec: {ipFamilyPolicy: 'SingleStack', ipFamilies: [first], clusterIPs: service.clusterIPs.slice(0, 1)}}),
      );
}
