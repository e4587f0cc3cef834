const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const LEVELS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** A bar of at most ten characters, in eighths. */
export function bar(share: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * 80);
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
}

/** Values as a row of characters of eight heights, from nothing to the largest. */
export function sparkline(values: readonly number[]): string {
  const largest = Math.max(...values, Number.MIN_VALUE);
  return values.map((value) => LEVELS[Math.min(7, Math.floor((Math.max(0, value) / largest) * 7.999))] ?? '').join('');
}
