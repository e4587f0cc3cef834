const SUFFIXES: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** A resource quantity (`500m`, `1Gi`, `1e3`) in its base unit: cores, bytes, pods. NaN for what is none. Exact enough to compare. */
export function parseQuantity(value: unknown): number {
  if (typeof value === 'number') return value;
  const [, number = '', suffix = ''] = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([KMGTPE]i|[numkMGTPE])?$/.exec(String(value)) ?? [];
  return number === '' ? Number.NaN : Number(number) * (SUFFIXES[suffix] ?? Number.NaN);
}

/** The same where admission has refused what is none: nothing for an absent one. */
export function quantityOr0(value: unknown): number {
  return parseQuantity(value) || 0;
}
