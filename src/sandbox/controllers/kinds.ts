import {resources} from '../api-server/schema/index.ts';

interface StoredKind {
  readonly plural: string;
  readonly kind: string;
  readonly group: string;
  readonly namespaced: boolean;
}

/** Everything that the API stores, by plural. */
const STORED: ReadonlyMap<string, StoredKind> = new Map(
  resources()
    .filter(({verbs}) => verbs.includes('get') && verbs.includes('delete'))
    .map(({plural, kind, group, namespaced}) => [plural, {plural, kind, group, namespaced}]),
);

/** The plurals of what lives in namespaces. */
export const NAMESPACED: readonly string[] = [...STORED.values()].filter(({namespaced}) => namespaced).map(({plural}) => plural);

/** The plurals of all that is stored. */
export const ALL_RESOURCES: readonly string[] = [...STORED.keys()];

/** The plural of a kind, and whether it lives in namespaces; null for one that the API does not know. */
export function resourceOf(kind: string, apiVersion: string): StoredKind | null {
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
  const named = [...STORED.values()].filter((stored) => stored.kind === kind);
  return named.find((stored) => stored.group === group) ?? named[0] ?? null;
}
