import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {layeredMap} from '../../src/view/layered-map.ts';

const steps = fc.array(
  fc.oneof(
    fc.record({kind: fc.constant('set' as const), key: fc.nat(400), value: fc.nat()}),
    fc.record({kind: fc.constant('delete' as const), key: fc.nat(400)}),
    fc.record({kind: fc.constant('fork' as const)}),
  ),
  {maxLength: 1500, size: 'max'},
);

describe('layeredMap', () => {
  it('holds what a Map holds, and a fork leaves the one before as it was', () => {
    fc.assert(
      fc.property(steps, (history) => {
        let map = layeredMap<number, number>();
        const plain = new Map<number, number>();
        let before: readonly [typeof map, Map<number, number>] | null = null;
        for (const step of history) {
          if (step.kind === 'fork') {
            before = [map, new Map(plain)];
            map = map.fork();
          } else if (step.kind === 'set') {
            map.set(step.key, step.value);
            plain.set(step.key, step.value);
          } else {
            expect(map.delete(step.key)).toBe(plain.delete(step.key));
          }
        }
        expect(new Map(map)).toEqual(plain);
        expect(map.size).toBe(plain.size);
        expect([...map.keys()].sort()).toEqual([...plain.keys()].sort());
        if (before !== null) expect(new Map(before[0])).toEqual(before[1]);
      }),
      {numRuns: 60},
    );
  });
});
