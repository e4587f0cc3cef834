/** Shorter words have too many neighbours that mean something else. */
const SHORTEST = 4;

/**
 * Whether one word may be the other mistyped: another case, neighbours swapped, or one letter added, left out or put for another.
 * Digits must agree: `web-1` and `web-2` are two things.
 */
export function isSlip(word: string, meant: string): boolean {
  if (word === meant) return false;
  if (word.toLowerCase() === meant.toLowerCase()) return true;
  if (Math.min(word.length, meant.length) < SHORTEST || Math.abs(word.length - meant.length) > 1) return false;
  if (word.replaceAll(/\D/g, '') !== meant.replaceAll(/\D/g, '')) return false;
  return isOneEdit(word, meant);
}

function isOneEdit(a: string, b: string): boolean {
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  const [restA, restB] = [a.slice(start), b.slice(start)];
  const swapped = restA.length > 1 && restB.length > 1 && restA[0] === restB[1] && restA[1] === restB[0];
  if (swapped) return restA.slice(2) === restB.slice(2);
  return restA.slice(1) === restB.slice(1) || restA.slice(1) === restB || restA === restB.slice(1);
}
