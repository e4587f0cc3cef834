/** A seeded source of chance: the same seed gives the same cases (mulberry32). */
export interface Random {
  /** From 0 to 1. */
  next(): number;
  /** Whether something of this probability happens. */
  chance(probability: number): boolean;
  /** From 0 to `limit - 1`. */
  below(limit: number): number;
  pick<T>(choices: readonly T[]): T;
  /** Each of the choices with this probability. */
  some<T>(choices: readonly T[], probability: number): readonly T[];
}

export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: <T>(choices: readonly T[]) => {
      if (choices.length === 0) throw new Error('nothing to choose from');
      return choices[below(choices.length)] as T;
    },
    some: (choices, probability) => choices.filter(() => next() < probability),
  };
}

/** How many random cases a run makes, and from which seed. */
export const CASES = Number(process.env['KIADA_DIFFERENTIAL'] ?? 20);
export const SEED = Number(process.env['KIADA_DIFFERENTIAL_SEED'] ?? 1137);
