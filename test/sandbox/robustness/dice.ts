import {seededRandom} from './seeded-random.ts';

/** Random choices that a seed repeats. */
export interface Dice {
  /** From 0 to `below`, excluded. */
  int(below: number): number;
  pick<T>(values: readonly T[]): T;
  chance(probability: number): boolean;
  bytes(length: number): Buffer;
  word(): string;
}

export function createDice(seed: number): Dice {
  const random = seededRandom(seed);
  const int = (below: number): number => Math.floor(random() * below);
  return {
    int,
    pick: (values) => values[int(values.length)] as (typeof values)[number],
    chance: (probability) => random() < probability,
    bytes: (length) => Buffer.from(Array.from({length}, () => int(256))),
    word: () => Array.from({length: 1 + int(8)}, () => String.fromCharCode(97 + int(26))).join(''),
  };
}
