const UNITS: Readonly<Record<string, number>> = {ms: 1, s: 1000, m: 60_000, h: 3_600_000};

/** `1m30s`, `500ms`, `2.5s` or plain seconds, in milliseconds; null for anything else. */
export function parseDuration(text: string): number | null {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return null;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit ?? ''] ?? 0), 0);
}

/** The shortest way to write milliseconds: `500ms`, `10s`, `2m`. */
export function formatDuration(ms: number): string {
  const unit = ['h', 'm', 's'].find((name) => ms >= (UNITS[name] as number) && ms % (UNITS[name] as number) === 0) ?? 'ms';
  return `${ms / (UNITS[unit] as number)}${unit}`;
}
