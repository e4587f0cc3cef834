/** One line of the table. */
export interface Row {
  readonly what: string;
  readonly unit: string;
  /** Ours, the median over rounds. null: could not be measured; `note` says why. */
  readonly ours: number | null;
  readonly peer: {readonly name: string; readonly value: number | null} | null;
  /** Ours as a multiple of the peer's, round by round. */
  readonly ratio: Spread | null;
  readonly goal: Goal | null;
  readonly note: string;
}

export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** What is to be reached: of the ratio if there is a peer, else of the figure itself. */
export interface Goal {
  readonly at: 'least' | 'most';
  readonly value: number;
  readonly of: 'ratio' | 'figure';
}

/** Whether the median reaches the goal. null: nothing to judge. */
export function isMet(row: Row): boolean | null {
  if (row.goal === null) return null;
  const value = row.goal.of === 'ratio' ? (row.ratio?.median ?? null) : row.ours;
  if (value === null || Number.isNaN(value)) return null;
  return row.goal.at === 'least' ? value >= row.goal.value : value <= row.goal.value;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((one, other) => one - other);
  return {median: medianOf(sorted), low: sorted[0] ?? Number.NaN, high: sorted.at(-1) ?? Number.NaN};
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}
