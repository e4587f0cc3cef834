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

/** The number that a quantity stands for; null for what is none. */
export function parseQuantity(text: string): number | null {
  const [, digits, suffix] = /^([+-]?\d*\.?\d+(?:[eE][+-]?\d+)?)([A-Za-z]*)$/.exec(text) ?? [];
  const factor = SUFFIXES[suffix ?? ''];
  return digits === undefined || factor === undefined ? null : Number(digits) * factor;
}

/** A resource divided by its divisor, rounded up, as `resourceFieldRef` gives it. */
export function divideQuantity(value: string, divisor: string | undefined): string {
  const unit = parseQuantity(divisor ?? '1') || 1;
  const quotient = (parseQuantity(value) ?? 0) / unit;
  // the tolerance takes away what binary fractions add: 0.3 / 0.001 is a little over 300
  return String(Math.ceil(quotient - Math.abs(quotient) * 1e-12));
}
