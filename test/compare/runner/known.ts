import type {KnownDifference} from '../differences.ts';
import type {LineDifference} from './diff.ts';

/** Whether a step differs in just the lines that its known difference names. */
export function isKnown(found: LineDifference, known: KnownDifference): boolean {
  return sameLines(found.genuine, known.genuine) && sameLines(found.sandbox, known.sandbox);
}

function sameLines(found: readonly string[], known: readonly string[]): boolean {
  return found.length === known.length && found.every((line, index) => matches(line, known[index] ?? ''));
}

function matches(line: string, known: string): boolean {
  return known.endsWith('…') ? line.startsWith(known.slice(0, -1)) : line === known;
}
