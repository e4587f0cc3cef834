import {familyOf} from '../ip/index.ts';
import type {ClusterView, NotAnEndpoint, Pod, Service} from '../model/index.ts';
import {list, record, text} from '../view/index.ts';
import {nearMisses} from './near-misses.ts';
import {whyNotReady} from './not-ready.ts';
import {endpointPorts} from './pod-endpoint.ts';
import {matchesSelector} from './selectors.ts';

/**
 * The pods that a Service's selector matches though they are no endpoints, each with the first rule that it fails, and after them the pods
 * that it misses by little. Empty for a Service without selector. In order of the pods' names.
 */
export function notEndpoints(view: ClusterView, service: Service): readonly NotAnEndpoint[] {
  const {selector} = service;
  if (selector === null || service.type === 'ExternalName') return [];
  const pods = [...view.pods.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const selected = pods.filter((pod) => pod.namespace === service.namespace && matchesSelector(selector, pod.labels));
  const failed = selected.flatMap((pod) => firstFailedRule(view, service, pod) ?? []);
  return [...failed, ...nearMisses(service, selector, pods, selected.length > 0)];
}

/** Why a selected pod is no endpoint; null for one that is. */
function firstFailedRule(view: ClusterView, service: Service, pod: Pod): NotAnEndpoint | null {
  const fails = (reason: string, detail: string) => ({pod: pod.name, reason, detail});
  if (pod.phase === 'Succeeded' || pod.phase === 'Failed') return fails('PodFinished', finished(pod));
  if (pod.ips.length === 0) {
    const why = whyNotReady(view, pod);
    return fails(why?.reason ?? 'NoAddress', `the pod has no address yet${why === null ? '' : `: ${why.detail}`}`);
  }
  const families = service.ipFamilies;
  if (families.length > 0 && !pod.ips.some((ip) => families.some((family) => family === familyOf(ip)))) {
    return fails('WrongFamily', `the Service is ${families.join(' and ')}, the pod has only ${pod.ips.join(', ')}`);
  }
  if (!service.publishNotReadyAddresses && view.nodes.size > 0 && !view.nodes.has(pod.nodeName ?? '')) {
    return fails('NodeMissing', `there is no node ${pod.nodeName ?? ''}, which the pod names`);
  }
  return (
    failedPort(view, service, pod) ?? (isInSlices(view, service, pod) ? null : fails('NotInSlices', 'no EndpointSlice holds the pod (yet)'))
  );
}

function finished(pod: Pod): string {
  const reason = text(record(pod.object['status'])['reason']);
  return `the pod is at its end: phase ${pod.phase}${reason === null ? '' : ` (${reason})`}`;
}

function failedPort(view: ClusterView, service: Service, pod: Pod): NotAnEndpoint | null {
  const object = view.objects.get(`Service/${service.namespace}/${service.name}`);
  if (object === undefined || service.ports.length === 0 || endpointPorts(object, pod.object).length > 0) return null;
  const names = pod.containers
    .flatMap((container) => container.ports)
    .flatMap((port) => (port.name === '' ? [] : `${port.name}/${port.protocol}`));
  const wanted = [
    ...new Set(list(record(object['spec'])['ports']).map((port) => `${String(port['targetPort'])}/${text(port['protocol']) ?? 'TCP'}`)),
  ];
  const has = names.length === 0 ? 'the pod names no port' : `the pod names ${names.join(', ')}`;
  return {pod: pod.name, reason: 'NoSuchPort', detail: `target port ${wanted.join(', ')} is asked for; ${has}`};
}

function isInSlices(view: ClusterView, service: Service, pod: Pod): boolean {
  const slices = view.slicesOf.get(`${service.namespace}/${service.name}`) ?? [];
  return slices.some((slice) =>
    slice.endpoints.some((endpoint) => endpoint.pod?.name === pod.name && (endpoint.pod.namespace || slice.namespace) === pod.namespace),
  );
}
