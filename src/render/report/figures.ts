/** `12,345`. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** `0.42 ms`, `12.3 ms`, `1.23 s`: three significant figures. */
export function duration(ms: number): string {
  if (ms >= 1_000) return `${significant(ms / 1_000)} s`;
  if (ms > 0 && ms < 0.1) return `${significant(ms * 1_000)} µs`;
  return `${significant(ms)} ms`;
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = count < 1_000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(count) / 3));
  return `${power === 0 ? count : significant(count / 1_000 ** power)} ${units[power]}`;
}

function significant(value: number): string {
  if (value === 0) return '0';
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
