/** The candidate that is most like `word`, or null where none is near: at most a third of the letters differ. */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  return nearestFew(word, candidates, 1)[0] ?? null;
}

/** The candidates near `word`, nearest first. */
export function nearestFew(word: string, candidates: Iterable<string>, most: number): readonly string[] {
  const scored = [...new Set(candidates)].map((candidate) => ({candidate, distance: distanceOf(word, candidate)}));
  return scored
    .filter(({candidate, distance}) => distance <= Math.max(1, Math.floor(Math.max(word.length, candidate.length) / 3)))
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, most)
    .map(({candidate}) => candidate);
}

/** Edits to turn one word into the other; a swap of neighbours counts once (optimal string alignment). */
function distanceOf(a: string, b: string): number {
  const rows = Array.from({length: a.length + 1}, (_, row) =>
    Array.from({length: b.length + 1}, (_, column) => (row === 0 ? column : row)),
  );
  const at = (row: number, column: number) => rows[row]?.[column] ?? 0;
  for (let row = 1; row <= a.length; row++) {
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      let best = Math.min(at(row - 1, column) + 1, at(row, column - 1) + 1, at(row - 1, column - 1) + same);
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) best = Math.min(best, at(row - 2, column - 2) + 1);
      (rows[row] as number[])[column] = best;
    }
  }
  return at(a.length, b.length);
}
