import {quantityOr0} from '../../quantity.ts';

/** A resource divided by its divisor, rounded up, as `resourceFieldRef` gives it. */
export function divideQuantity(value: string, divisor: string | undefined): string {
  const unit = quantityOr0(divisor ?? '1') || 1;
  const quotient = quantityOr0(value) / unit;
  // the tolerance takes away what binary fractions add: 0.3 / 0.001 is a little over 300
  return String(Math.ceil(quotient - Math.abs(quotient) * 1e-12));
}
