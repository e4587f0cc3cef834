const BINARY = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const DECIMAL: Readonly<Record<string, number>> = {n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18};

/** A resource quantity as a number of its base unit: cores, bytes, pods. 0 for what is none: admission has refused such already. */
export function parseQuantity(quantity: unknown): number {
  if (typeof quantity === 'number') return quantity;
  const match = /^([+-]?\d*\.?\d+|[+-]?\d+\.)(?:([eE][+-]?\d+)|([KMGTPE]i|[numkMGTPE]))?$/.exec(String(quantity ?? ''));
  if (match === null) return 0;
  const number = Number(`${match[1]}${match[2] ?? ''}`);
  const suffix = match[3] ?? '';
  const power = BINARY.indexOf(suffix);
  return number * (power >= 0 ? 1024 ** (power + 1) : (DECIMAL[suffix] ?? 0));
}
