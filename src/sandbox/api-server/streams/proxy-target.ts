import type {KubernetesObject} from '../../../model/index.ts';
import {ApiError} from '../../api.ts';
import {badRequest, notFound} from '../errors.ts';
import type {ResourcePath} from '../http/request-info.ts';
import type {Registry} from '../registry/index.ts';

export interface ProxyTarget {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
}

interface Port {
  readonly name?: string;
  readonly port?: number;
  readonly containerPort?: number;
}

/** Where `[https:]NAME[:PORT]` of a pod or Service leads. Throws ApiError: 400, 404, 503 where no endpoint is ready. */
export function resolveProxyTarget(api: Registry, {resource, namespace, name}: ResourcePath): ProxyTarget {
  const parts = name.split(':');
  if (parts.length > 3) throw badRequest(`invalid ${resource.singular} request ${JSON.stringify(name)}`);
  const [scheme, id, port] = parts.length === 3 ? [parts[0], parts[1], parts[2]] : ['', parts[0], parts[1]];
  if (!['', 'http', 'https'].includes(scheme ?? '')) throw badRequest(`invalid ${resource.singular} request ${JSON.stringify(name)}`);
  const object = api.get(resource.plural, namespace, id ?? '');
  if (object === null) throw notFound(resource, id ?? '');
  const address = resource.plural === 'pods' ? podAddress(object, port ?? '') : endpointAddress(api, object, port ?? '');
  return {...address, secure: scheme === 'https'};
}

/** A port that is not named is the first container's first, else 80. */
function podAddress(pod: KubernetesObject, wanted: string): {host: string; port: number} {
  const {podIP = ''} = (pod['status'] ?? {}) as {podIP?: string};
  if (podIP === '') throw new ApiError(503, 'ServiceUnavailable', `no address is assigned to pod ${pod.metadata?.name}`, {});
  const {containers = []} = (pod['spec'] ?? {}) as {containers?: readonly {ports?: readonly Port[]}[]};
  const ports = containers.flatMap((container) => container.ports ?? []);
  if (/^\d+$/.test(wanted)) return {host: podIP, port: Number(wanted)};
  const found = wanted === '' ? ports[0] : ports.find(({name}) => name === wanted);
  if (found === undefined && wanted !== '') throw badRequest(`pod ${pod.metadata?.name} has no port ${JSON.stringify(wanted)}`);
  return {host: podIP, port: found?.containerPort ?? 80};
}

interface Slice {
  readonly ports?: readonly Port[];
  readonly endpoints?: readonly {readonly addresses: readonly string[]; readonly conditions?: {readonly ready?: boolean}}[];
}

/** One of the ready endpoints of a Service's port, by chance. */
function endpointAddress(api: Registry, service: KubernetesObject, wanted: string): {host: string; port: number} {
  const {name = '', namespace = ''} = service.metadata ?? {};
  const {ports = []} = (service['spec'] ?? {}) as {ports?: readonly Port[]};
  const port = wanted === '' ? ports[0] : ports.find((each) => each.name === wanted || String(each.port) === wanted);
  if (port === undefined && wanted !== '')
    throw new ApiError(
      503,
      'ServiceUnavailable',
      `no service port ${JSON.stringify(wanted)} found for service ${JSON.stringify(name)}`,
      {},
    );
  const slices = api.list('endpointslices', namespace).filter(({metadata}) => metadata?.labels?.['kubernetes.io/service-name'] === name);
  const found = slices.flatMap((slice) => readyAddresses(slice as Slice, port?.name ?? ''));
  const chosen = found[Math.floor(Math.random() * found.length)];
  if (chosen === undefined) throw new ApiError(503, 'ServiceUnavailable', `no endpoints available for service ${JSON.stringify(name)}`, {});
  return chosen;
}

function readyAddresses({ports, endpoints}: Slice, name: string): {host: string; port: number}[] {
  const port = (ports ?? []).find((each) => (each.name ?? '') === name)?.port;
  if (port === undefined) return [];
  const ready = (endpoints ?? []).filter(({conditions}) => conditions?.ready !== false);
  return ready.flatMap(({addresses}) => addresses.map((host) => ({host, port})));
}
