import {addressNumber, canonicalIP, familyOf, numberToAddress} from '../../ip/index.ts';
import type {IpFamily, KubernetesObject} from '../../model/index.ts';
import type {Api, ApiChange} from '../api.ts';
import {type Controller, type ControllerOptions, keyOf, runController, splitKey} from './controller.ts';
import {createEventRecorder} from './event-recorder.ts';
import {isGoing, listOf, recordOf, specOf, statusOf, textOf, textsOf} from './fields.ts';

/** The first and the last address that a load balancer may get, of one family. */
export interface AddressRange {
  readonly first: string;
  readonly last: string;
}

export const LOAD_BALANCER_FINALIZER = 'service.kubernetes.io/load-balancer-cleanup';

/**
 * Gives Services of type LoadBalancer an address per family, as a cloud's service controller does (k8s.io/cloud-provider), unless they name
 * a `loadBalancerClass`: that is somebody else's. The addresses in the Services' own status are the record of what is taken.
 */
export function startLoadBalancerController(api: Api, options: ControllerOptions & {readonly ranges: readonly AddressRange[]}): Controller {
  const record = createEventRecorder(api, options.clock, 'service-controller');

  function sync(key: string): undefined {
    const {namespace, name} = splitKey(key);
    const service = api.get('services', namespace, name);
    if (service === null) return;
    if (wantsAddress(service) && !isGoing(service)) ensure(service);
    else if ((service.metadata?.finalizers ?? []).includes(LOAD_BALANCER_FINALIZER)) release(service);
  }

  function ensure(service: KubernetesObject): undefined {
    const {namespace = '', name = ''} = service.metadata ?? {};
    const families = familiesOf(service);
    const kept = ingressIPs(service).filter((ip) => families.includes(familyOf(ip) ?? 'IPv4'));
    const missing = families.filter((family) => !kept.some((ip) => familyOf(ip) === family));
    const complete = missing.length === 0 && kept.length === ingressIPs(service).length;
    if (complete && (service.metadata?.finalizers ?? []).includes(LOAD_BALANCER_FINALIZER)) return;
    record(service, 'Normal', 'EnsuringLoadBalancer', 'Ensuring load balancer');
    const taken = takenAddresses(api);
    const given = missing.map((family) => freeAddress(service, family, options.ranges, taken));
    if (given.includes(null)) {
      const ranges = options.ranges.map(({first, last}) => `${first}-${last}`).join(', ');
      const message = `Error syncing load balancer: failed to ensure load balancer: no free address in ${ranges}`;
      record(service, 'Warning', 'SyncLoadBalancerFailed', message);
      return;
    }
    const ips = families.flatMap((family) => [...kept, ...given].find((ip) => ip !== null && familyOf(ip) === family) ?? []);
    api.change('services', namespace, name, (draft) => {
      draft.metadata.finalizers = [...new Set([...(draft.metadata.finalizers ?? []), LOAD_BALANCER_FINALIZER])];
    });
    setIngress(api, namespace, name, ips);
    record(service, 'Normal', 'EnsuredLoadBalancer', 'Ensured load balancer');
  }

  function release(service: KubernetesObject): undefined {
    const {namespace = '', name = ''} = service.metadata ?? {};
    record(service, 'Normal', 'DeletingLoadBalancer', 'Deleting load balancer');
    setIngress(api, namespace, name, []);
    api.change('services', namespace, name, (draft) => {
      draft.metadata.finalizers = (draft.metadata.finalizers ?? []).filter((one: string) => one !== LOAD_BALANCER_FINALIZER);
    });
    record(service, 'Normal', 'DeletedLoadBalancer', 'Deleted load balancer');
  }

  return runController(api, options, {
    name: 'service-lb-controller',
    watches: {services: (change) => [keyOf(change.object), ...waitingFor(api, change)]},
    initial: () => api.list('services').map(keyOf),
    sync,
  });
}

function wantsAddress(service: KubernetesObject): boolean {
  const spec = specOf(service);
  return spec['type'] === 'LoadBalancer' && !textOf(spec['loadBalancerClass']);
}

/** Services without an address get another try when one of a different Service may have come free. */
function waitingFor(api: Api, {object, previous}: ApiChange): readonly string[] {
  if (wantsAddress(object) && !isGoing(object)) return [];
  const had = [object, ...(previous === null ? [] : [previous])];
  if (had.every((service) => ingressIPs(service).length + textsOf(specOf(service)['externalIPs']).length === 0)) return [];
  return api
    .list('services')
    .filter((service) => wantsAddress(service) && ingressIPs(service).length === 0)
    .map(keyOf);
}

function familiesOf(service: KubernetesObject): readonly IpFamily[] {
  const families = textsOf(specOf(service)['ipFamilies']).filter((family) => family === 'IPv4' || family === 'IPv6');
  return families.length > 0 ? families : ['IPv4'];
}

function ingressIPs(service: KubernetesObject): readonly string[] {
  return listOf(recordOf(statusOf(service)['loadBalancer'])['ingress']).flatMap((ingress) => textOf(ingress['ip']) ?? []);
}

function takenAddresses(api: Api): ReadonlySet<string> {
  const services = api.list('services');
  const all = services.flatMap((service) => [...ingressIPs(service), ...textsOf(specOf(service)['externalIPs'])]);
  return new Set(all.map((ip) => canonicalIP(ip) ?? ip));
}

/** `spec.loadBalancerIP` where it is free and in range, as most load balancers grant it; else the first free address. */
function freeAddress(
  service: KubernetesObject,
  family: IpFamily,
  ranges: readonly AddressRange[],
  taken: ReadonlySet<string>,
): string | null {
  const wished = canonicalIP(textOf(specOf(service)['loadBalancerIP']) ?? '');
  for (const {first, last} of ranges) {
    if (familyOf(first) !== family) continue;
    const [from, to] = [addressNumber(first), addressNumber(last)];
    if (
      wished !== null &&
      familyOf(wished) === family &&
      !taken.has(wished) &&
      addressNumber(wished) >= from &&
      addressNumber(wished) <= to
    )
      return wished;
    for (let at = from; at <= to; at++) {
      const address = numberToAddress(at, family);
      if (!taken.has(address)) return address;
    }
  }
  return null;
}

function setIngress(api: Api, namespace: string, name: string, ips: readonly string[]): void {
  const edit = (draft: {status?: object}): undefined => {
    draft.status = {...draft.status, loadBalancer: ips.length === 0 ? {} : {ingress: ips.map((ip) => ({ip, ipMode: 'VIP'}))}};
  };
  api.change('services', namespace, name, edit, {subresource: 'status'});
}
