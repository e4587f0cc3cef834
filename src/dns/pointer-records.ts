import {canonicalIP} from '../ip/index.ts';
import type {ClusterView} from '../model/index.ts';
import {endpointsAt} from './endpoint-index.ts';

/**
 * The names that an address stands for: the first Service that has it as a cluster IP, else every endpoint that has it.
 * Endpoints of any Service count, also of one with a cluster IP. Rule: plugin/kubernetes/reverse.go.
 */
export function pointerNames(view: ClusterView, address: string, zone: string): readonly string[] {
  for (const key of view.servicesByIP.get(address) ?? []) {
    const service = view.services.get(key);
    // the index of the view holds external and load balancer addresses too, and these have no PTR records
    if (service?.clusterIPs.some((ip) => (canonicalIP(ip) ?? ip) === address)) return [`${service.name}.${service.namespace}.svc.${zone}`];
  }
  const names = endpointsAt(view, address).map(({slice, label}) => `${label}.${slice.service}.${slice.namespace}.svc.${zone}`);
  return [...new Set(names)];
}
