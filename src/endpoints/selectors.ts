import type {KubernetesObject} from '../model/index.ts';
import {list, record, text, textMap, texts} from '../view/index.ts';

export type Labels = Readonly<Record<string, string>>;

/** Whether labels have every pair of a Service's selector. No selector, or an empty one, selects nothing. */
export function matchesSelector(selector: Labels | null | undefined, labels: Labels): boolean {
  const pairs = Object.entries(selector ?? {});
  return pairs.length > 0 && pairs.every(([key, value]) => hasPair(labels, key, value));
}

function hasPair(labels: Labels, key: string, value: string): boolean {
  return Object.hasOwn(labels, key) && labels[key] === value;
}

/**
 * Whether labels satisfy a LabelSelector (`matchLabels` and `matchExpressions`), as workloads, affinity terms and policies have it.
 * An empty one selects everything, an absent one nothing (apimachinery, LabelSelectorAsSelector).
 * An operator that the API does not know matches nothing.
 */
export function matchesLabelSelector(selector: unknown, labels: Labels): boolean {
  if (typeof selector !== 'object' || selector === null) return false;
  const {matchLabels, matchExpressions} = record(selector);
  const pairs = Object.entries(textMap(matchLabels));
  return pairs.every(([key, value]) => hasPair(labels, key, value)) && list(matchExpressions).every((term) => matchesTerm(term, labels));
}

/**
 * Whether labels satisfy one requirement `{key, operator, values}` of a label selector or of a node selector term, which
 * has `Gt` and `Lt` besides. `NotIn` holds where the key is absent.
 */
export function matchesTerm(term: Readonly<Record<string, unknown>>, labels: Labels): boolean {
  const key = text(term['key']) ?? '';
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  const values = texts(term['values']);
  switch (term['operator']) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return isInteger(value) && isInteger(values[0]) && BigInt(value) > BigInt(values[0]);
    case 'Lt':
      return isInteger(value) && isInteger(values[0]) && BigInt(value) < BigInt(values[0]);
    default:
      return false;
  }
}

function isInteger(value: string | undefined): value is string {
  return value !== undefined && /^-?\d+$/.test(value);
}

/** The Services of a namespace, as `namespace/name`, whose selector matches these pod labels. */
export function servicesForPod(services: readonly KubernetesObject[], namespace: string, labels: Labels): readonly string[] {
  return services
    .filter((service) => (service.metadata?.namespace ?? 'default') === namespace)
    .filter((service) => matchesSelector(textMap(record(service['spec'])['selector']), labels))
    .map((service) => `${namespace}/${service.metadata?.name ?? ''}`);
}
