import fc from 'fast-check';
import {expect, it} from 'vitest';
import type {KubernetesObject} from '../../../src/model/index.ts';
import {createCollection} from '../../../src/sandbox/api-server/store/collection.ts';

const NAMES = Array.from({length: 60}, (_, index) => `n${index}`);
const write = fc.record({
  kind: fc.constantFrom('set', 'remove', 'list', 'list all'),
  namespace: fc.constantFrom('a', 'b'),
  name: fc.constantFrom(...NAMES),
});

it('lists what was written last, sorted by namespace and name, whenever it is asked; a list that was given stays as it was', () => {
  fc.assert(
    fc.property(fc.array(write, {maxLength: 300}), (writes) => {
      const collection = createCollection();
      const expected = new Map<string, KubernetesObject>();
      const given: [readonly KubernetesObject[], string][] = [];
      const sorted = (namespace?: string) =>
        [...expected.values()]
          .filter(({metadata}) => namespace === undefined || metadata?.namespace === namespace)
          .sort((one, other) => (key(one) < key(other) ? -1 : 1));
      for (const [version, {kind, namespace, name}] of writes.entries()) {
        if (kind === 'set') {
          const object: KubernetesObject = {metadata: {namespace, name, resourceVersion: String(version)}};
          collection.set(object);
          expected.set(`${namespace}/${name}`, object);
        } else if (kind === 'remove') {
          collection.remove(namespace, name);
          expected.delete(`${namespace}/${name}`);
        } else {
          const place = kind === 'list' ? namespace : undefined;
          const list = collection.list(place);
          expect(list).toEqual(sorted(place));
          given.push([list, JSON.stringify(list)]);
        }
      }
      for (const [list, then] of given) expect(JSON.stringify(list)).toBe(then);
    }),
  );
});

function key({metadata}: KubernetesObject): string {
  return `${metadata?.namespace}/${metadata?.name}`;
}
