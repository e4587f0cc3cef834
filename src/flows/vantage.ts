import {KiadaError} from '../errors.ts';
import type {ClusterView, NamespacedName, Pod, Vantage} from '../model/index.ts';
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
  const what = vantage.kind === 'Node' ? `node "${vantage.name}"` : `pod "${vantage.name}" in namespace "${vantage.namespace}"`;
  throw new KiadaError('NOT_FOUND', `there is no ${what} to start from`, {hint: hintFor(view, vantage)});
}

function hintFor(view: ClusterView, vantage: Exclude<Vantage, {kind: 'Outside'}>): string {
  const pods = [...view.pods.values()];
  const elsewhere = vantage.kind === 'Pod' ? pods.filter((pod) => pod.name === vantage.name).map((pod) => pod.namespace) : [];
  if (elsewhere.length > 0) return `There is one in: ${elsewhere.join(', ')} (write pod/${elsewhere[0]}/${vantage.name})`;
  const own =
    vantage.kind === 'Pod' ? pods.filter((pod) => pod.namespace === vantage.namespace).map((pod) => pod.name) : [...view.nodes.keys()];
  const near = nearestFew(vantage.name, own, 3);
  return near.length > 0 ? `Did you mean: ${near.join(', ')}` : `There are: ${own.slice(0, 8).join(', ') || 'none'}`;
}

/**
 * Where a question starts that names no vantage: at a pod of the namespace that is no endpoint of the Service if there is one, a ready
 * one before others, else at any pod of it, else at the first node; a cluster without either is looked at from outside.
 */
export function defaultVantage(view: ClusterView, service: NamespacedName): Vantage {
  const pods = podsOf(view, service.namespace);
  return podVantage(pods.find(bystanderOf(view, service)) ?? pods[0]) ?? firstNode(view);
}

/** The same for traffic that goes on for a while: no endpoint of the Service, for that may go while they are exchanged, and its traffic with it. */
export function lastingVantage(view: ClusterView, service: NamespacedName): Vantage {
  return podVantage(podsOf(view, service.namespace).find(bystanderOf(view, service))) ?? firstNode(view);
}

/** The running pods of a namespace, ready ones first. */
function podsOf(view: ClusterView, namespace: string): readonly Pod[] {
  const running = [...view.pods.values()].filter((pod) => pod.namespace === namespace && pod.ips.length > 0 && pod.phase === 'Running');
  return running.toSorted((a, b) => Number(b.ready) - Number(a.ready));
}

function bystanderOf(view: ClusterView, {namespace, name}: NamespacedName): (pod: Pod) => boolean {
  const slices = view.slicesOf.get(`${namespace}/${name}`) ?? [];
  const own = new Set(slices.flatMap((slice) => slice.endpoints.map((endpoint) => endpoint.pod?.name)));
  return (pod) => !own.has(pod.name);
}

function podVantage(pod: Pod | undefined): Vantage | null {
  return pod === undefined ? null : {kind: 'Pod', namespace: pod.namespace, name: pod.name};
}

function firstNode(view: ClusterView): Vantage {
  const node = [...view.nodes.keys()].toSorted()[0];
  return node === undefined ? {kind: 'Outside'} : {kind: 'Node', name: node};
}
