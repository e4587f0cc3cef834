import {KiadaError} from '../errors.ts';
import type {ClusterView, NamespacedName, Vantage} from '../model/index.ts';
import {nearestFew} from './nearest.ts';

/** `pod/kiada-001`: the vantage as people write it. */
export function vantageText(vantage: Vantage): string {
  if (vantage.kind === 'Pod') return `pod/${vantage.name}`;
  if (vantage.kind === 'Node') return `node/${vantage.name}`;
  return vantage.ip ? `outside/${vantage.ip}` : 'outside';
}

/** Throws NOT_FOUND with near names for a vantage that the view does not have. */
export function requireVantage(view: ClusterView, vantage: Vantage): void {
  if (vantage.kind === 'Outside') return;
  if (vantage.kind === 'Node' ? view.nodes.has(vantage.name) : view.pods.has(`${vantage.namespace}/${vantage.name}`)) return;
  const names = vantage.kind === 'Node' ? [...view.nodes.keys()] : [...view.pods.values()].map((pod) => pod.name);
  const near = nearestFew(vantage.name, names, 3);
  const what = vantage.kind === 'Node' ? `node "${vantage.name}"` : `pod "${vantage.name}" in namespace "${vantage.namespace}"`;
  throw new KiadaError('NOT_FOUND', `there is no ${what} to start from`, {
    hint: near.length > 0 ? `Did you mean: ${near.join(', ')}` : `There are: ${names.slice(0, 8).join(', ') || 'none'}`,
  });
}

/**
 * Where a question starts that names no vantage: at a pod of the namespace that is no endpoint of the Service if there is one, else
 * at any pod of it, else at the first node; a cluster without either is looked at from outside.
 */
export function defaultVantage(view: ClusterView, service: NamespacedName): Vantage {
  const own = new Set(
    (view.slicesOf.get(`${service.namespace}/${service.name}`) ?? []).flatMap((slice) =>
      slice.endpoints.map((endpoint) => endpoint.pod?.name),
    ),
  );
  const pods = [...view.pods.values()].filter(
    (pod) => pod.namespace === service.namespace && pod.ips.length > 0 && pod.phase === 'Running',
  );
  const pod = pods.find((candidate) => !own.has(candidate.name)) ?? pods[0];
  if (pod !== undefined) return {kind: 'Pod', namespace: pod.namespace, name: pod.name};
  const node = [...view.nodes.keys()].toSorted()[0];
  return node === undefined ? {kind: 'Outside'} : {kind: 'Node', name: node};
}
