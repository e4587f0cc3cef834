import {type Goal, medianOf, type Row, spreadOf} from './row.ts';

/** One sample of a contender, in the row's unit. */
export type Sampler = () => Promise<number>;

export interface Peer {
  readonly name: string;
  /** null: the peer is not here; `why` says what to do. */
  readonly sample: Sampler | null;
  readonly why?: string;
  readonly goal: Goal | null;
}

export interface Comparison {
  readonly what: string;
  readonly unit: string;
  readonly rounds: number;
  readonly ours: Sampler;
  readonly peers: readonly Peer[];
  readonly note?: string;
}

/**
 * Ours and each peer in turn, round after round, each round beginning with another: what the machine does meanwhile falls on all alike.
 * One row for each peer; its ratio is that of samples of one round.
 */
export async function compare({what, unit, rounds, ours, peers, note = ''}: Comparison): Promise<readonly Row[]> {
  const contenders = [{name: 'kiada', sample: ours}, ...peers.flatMap(({name, sample}) => (sample === null ? [] : [{name, sample}]))];
  const samples = new Map<string, number[]>(contenders.map(({name}) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const shift = round % contenders.length;
    for (const {name, sample} of [...contenders.slice(shift), ...contenders.slice(0, shift)]) samples.get(name)?.push(await sample());
  }
  return peers.map(({name, why = '', goal}) => {
    const own = samples.get('kiada') as number[];
    const theirs = samples.get(name) ?? null;
    return {
      what,
      unit,
      ours: medianOf(own),
      peer: {name, value: theirs === null ? null : medianOf(theirs)},
      ratio: theirs === null ? null : spreadOf(own.map((value, round) => value / (theirs[round] as number))),
      goal,
      note: theirs === null ? `${name} is missing${why === '' ? '' : `: ${why}`}` : note,
    };
  });
}

/** A figure without a peer. */
export function alone(what: string, unit: string, values: readonly number[], goal: Goal | null, note = ''): Row {
  return {what, unit, ours: medianOf(values), peer: null, ratio: null, goal, note};
}

export function missing(what: string, unit: string, note: string): Row {
  return {what, unit, ours: null, peer: null, ratio: null, goal: null, note};
}
