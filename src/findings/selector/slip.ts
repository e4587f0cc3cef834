/** Shorter words have too many neighbours that mean something else. */
const SHORTEST = 4;

/**
 * Whether one word may be the other mistyped: another case, neighbours swapped, or one letter added, left out or put for another.
 * Digits must agree: `web-1` and `web-2` are two things.
 */
export function isSlip(word: string, meant: string): boolean {
  if (word === meant || Math.abs(word.length - meant.length) > 1) return false;
  if (word.length === meant.length && word.toLowerCase() === meant.toLowerCase()) return true;
  // one edit leaves the beginning or the end alone; most pairs of words are told apart here
  if (word[0] !== meant[0] && word.at(-1) !== meant.at(-1)) return false;
  if (Math.min(word.length, meant.length) < SHORTEST) return false;
  return isOneEdit(word, meant) && word.replaceAll(/\D/g, '') === meant.replaceAll(/\D/g, '');
}

function isOneEdit(a: string, b: string): boolean {
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  const swapped = a[start] === b[start + 1] && a[start + 1] === b[start] && a[start] !== undefined && b[start] !== undefined;
  if (swapped && a.slice(start + 2) === b.slice(start + 2)) return true;
  // what is left must agree behind one letter of either or both
  const [shorter, longer] = a.length <= b.length ? [a, b] : [b, a];
  const rest = longer.slice(start + 1);
  return shorter.length === longer.length ? shorter.slice(start + 1) === rest : shorter.slice(start) === rest;
}
