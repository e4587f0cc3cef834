import type {ObjectSource} from '../kube/index.ts';
import type {ClusterView, KubernetesObject, Service, Unknown} from '../model/index.ts';

/** So many Services are looked for elsewhere at most: each is a question of its own to the API. */
const MOST = 8;

/**
 * A selector that matches nothing where its Service is often matches in another namespace, where the Service was meant to be. The view
 * with those pods; where they may not be listed, a line that says so, in words that let every other check of pods go on.
 */
export async function withPodsElsewhere(
  source: ObjectSource,
  read: {readonly view: ClusterView; readonly objects: readonly KubernetesObject[]},
  services: readonly Service[],
): Promise<{readonly view: ClusterView; readonly unknown: readonly Unknown[]}> {
  const [{viewOf}, {matchesSelector}] = await Promise.all([import('../routing/index.ts'), import('../endpoints/index.ts')]);
  const pods = [...read.view.pods.values()];
  const alone = services.filter(({namespace, selector, type}) => {
    if (selector === null || type === 'ExternalName') return false;
    return !pods.some((pod) => pod.namespace === namespace && matchesSelector(selector, pod.labels));
  });
  if (alone.length === 0 || alone.length > MOST) return {view: read.view, unknown: []};
  const found = await source.read(
    alone.map(({selector}) => ({resource: 'pods', namespace: null, labelSelector: selectorText(selector ?? {}), optional: true})),
  );
  const known = new Set(pods.map((pod) => `${pod.namespace}/${pod.name}`));
  const others = found.objects.filter((pod) => {
    const place = `${pod.metadata?.namespace ?? 'default'}/${pod.metadata?.name ?? ''}`;
    return !known.has(place) && alone.some(({selector}) => matchesSelector(selector, pod.metadata?.labels ?? {}));
  });
  const [missing] = found.unknown;
  return {
    view: others.length === 0 ? read.view : viewOf([...read.objects, ...others]),
    unknown: missing === undefined ? [] : [{what: 'whether pods of other namespaces match the selector', why: missing.why}],
  };
}

function selectorText(selector: Readonly<Record<string, string>>): string {
  return Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}
