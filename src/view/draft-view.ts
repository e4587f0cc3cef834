import type {ClusterView} from '../model/index.ts';
import type {LayeredMap} from './layered-map.ts';

/** A view while it is built: the same fields, open to writing. */
export type Draft = {
  -readonly [Field in keyof ClusterView]: ClusterView[Field] extends ReadonlyMap<infer Key, infer Value>
    ? LayeredMap<Key, Value>
    : ClusterView[Field] extends ReadonlySet<infer Item>
      ? Set<Item>
      : ClusterView[Field];
};
