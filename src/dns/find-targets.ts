import type {ClusterView, Service} from '../model/index.ts';
import type {Settings} from './answer-options.ts';
import {type EndpointTarget, endpointsOf} from './endpoint-index.ts';
import {parseName, type ServiceRequest} from './parse-name.ts';
import {NO_PORT, strictAddress, type Target, type Targets, targetOf} from './target.ts';

const NOTHING: Targets = {owner: '', targets: []};

/**
 * What a name stands for: null where it does not exist (NXDOMAIN), no targets where it exists and holds nothing (NODATA).
 * `relative` is the name before its zone, in lower case. Rule: plugin/kubernetes/kubernetes.go (Records, findServices, findPods).
 */
export function findTargets(view: ClusterView, settings: Settings, relative: string, reverse: boolean): Targets | null {
  const request = parseName(relative);
  if (request.kind === 'container') return NOTHING;
  // Services have no names in a reverse zone, though the empty `svc` and `pod` above exist there
  if (request.kind === 'invalid' || reverse || !view.namespaces.has(request.namespace)) return null;
  if (request.tree === 'pod') return settings.podRecords === 'disabled' ? null : podTargets(view, settings, request);
  if (request.kind === 'namespace') return NOTHING;
  const service = view.services.get(`${request.namespace}/${request.service}`);
  if (service === undefined) return null;
  const targets = serviceTargets(view, service, request);
  return targets === null ? null : {owner: `${service.name}.${service.namespace}.svc`, targets};
}

function serviceTargets(view: ClusterView, service: Service, request: ServiceRequest): readonly Target[] | null {
  if (service.type === 'ExternalName') return externalTargets(service, request);
  if (service.headless || request.endpoint !== '') return endpointTargets(view, service, request);
  return clusterTargets(service, request);
}

function externalTargets(service: Service, request: ServiceRequest): readonly Target[] | null {
  if (request.endpoint !== '' || request.port !== '' || request.protocol !== '') return null;
  const target = targetOf(service.externalName ?? '', 0, '');
  // a name that looks like an address cannot be the target of a CNAME: the Service has no record then
  return target.kind === 'CNAME' ? [target] : null;
}

/** Nobody ready, or nobody under that port, is no name at all. */
function endpointTargets(view: ClusterView, service: Service, request: ServiceRequest): readonly Target[] | null {
  const index = endpointsOf(view, `${service.namespace}/${service.name}`);
  const named = request.endpoint === '' ? index.all : (index.byLabel.get(request.endpoint) ?? []);
  const targets = request.port === '' && request.protocol === '' ? named : named.filter((target) => hasPort(target, request));
  return targets.length > 0 ? targets : null;
}

function hasPort(target: Pick<EndpointTarget, 'portName' | 'protocol'>, request: ServiceRequest): boolean {
  return (request.port === '' || request.port === target.portName) && (request.protocol === '' || request.protocol === target.protocol);
}

function clusterTargets(service: Service, request: ServiceRequest): readonly Target[] | null {
  const ports = service.ports.length > 0 ? service.ports : [{name: '', protocol: '', port: NO_PORT}];
  const matching = ports.filter((port) => hasPort({portName: port.name.toLowerCase(), protocol: port.protocol.toLowerCase()}, request));
  if (matching.length === 0) return null;
  return matching.flatMap((port) => service.clusterIPs.map((address) => targetOf(address, port.port, '')));
}

/** Pod names are addresses with dashes. `insecure` believes any; `verified` wants a pod that has the address, spelled as it has it. */
function podTargets(view: ClusterView, settings: Settings, request: {namespace: string; service?: string}): Targets | null {
  const name = request.service;
  if (name === undefined) return NOTHING;
  const address = undashed(name);
  const canonical = strictAddress(address);
  if (canonical === null) return null;
  if (settings.podRecords === 'verified' && !isPodAddress(view, request.namespace, address, canonical)) return null;
  return {owner: `${name}.${request.namespace}.pod`, targets: [targetOf(canonical, 0, '')]};
}

function undashed(name: string): string {
  const ipv4 = name.split('-').length === 4 && !name.includes('--');
  return name.replaceAll('-', ipv4 ? '.' : ':');
}

function isPodAddress(view: ClusterView, namespace: string, address: string, canonical: string): boolean {
  const keys = view.podsByIP.get(canonical) ?? [];
  return keys.some((key) => {
    const pod = view.pods.get(key);
    if (pod === undefined || pod.deletedAt !== null || pod.namespace !== namespace) return false;
    return pod.ips[0] === address && (pod.phase === 'Running' || pod.phase === 'Pending');
  });
}
