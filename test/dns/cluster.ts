import type {KubernetesObject} from '../../src/model/index.ts';

/** Builders of the objects that DNS reads; what does not matter is left out. */
export function service(name: string, spec: Record<string, unknown> = {}, namespace = 'kiada'): KubernetesObject {
  return {apiVersion: 'v1', kind: 'Service', metadata: {namespace, name}, spec: {ports: [{name: 'http', port: 80}], ...spec}};
}

export interface EndpointGiven {
  readonly address: string;
  readonly hostname?: string;
  readonly ready?: boolean;
}

export function slice(
  of: string,
  endpoints: readonly EndpointGiven[],
  {
    name = `${of}-1`,
    ports = [{name: 'http', port: 8080}],
    namespace = 'kiada',
  }: {name?: string; ports?: readonly unknown[]; namespace?: string} = {},
): KubernetesObject {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {namespace, name, labels: {'kubernetes.io/service-name': of}},
    addressType: endpoints[0]?.address.includes(':') ? 'IPv6' : 'IPv4',
    ports,
    endpoints: endpoints.map(({address, hostname, ready = true}) => ({
      addresses: [address],
      conditions: {ready},
      ...(hostname === undefined ? {} : {hostname}),
    })),
  };
}

export function namespace(name: string): KubernetesObject {
  return {apiVersion: 'v1', kind: 'Namespace', metadata: {name}};
}
