import {addressNumber, canonicalIP} from '../ip/index.ts';

/** The name with its final dot. */
export function fullyQualified(name: string): string {
  return name.endsWith('.') ? name : `${name}.`;
}

/** Whether `name` is `zone` or lies below it; both in lower case with a final dot. */
export function isWithin(zone: string, name: string): boolean {
  return name === zone || zone === '.' || name.endsWith(`.${zone}`);
}

/** The labels of a name, first one first. An escaped dot (`\.`) belongs to its label. */
export function labelsOf(name: string): readonly string[] {
  const bare = name.endsWith('.') ? name.slice(0, -1) : name;
  if (bare === '') return [];
  return bare.includes('\\') ? (bare.match(/(?:\\.|[^.\\])+/gs) ?? []) : bare.split('.');
}

/** The name under which an address has its PTR records (RFC 1035 section 3.5, RFC 3596 section 2.5), or null for what is no address. */
export function reverseName(address: string): string | null {
  const canonical = canonicalIP(address);
  if (canonical === null) return null;
  if (!canonical.includes(':')) return `${canonical.split('.').reverse().join('.')}.in-addr.arpa.`;
  const digits = addressNumber(canonical).toString(16).padStart(32, '0');
  return `${[...digits].reverse().join('.')}.ip6.arpa.`;
}

/** Labels beyond the 32 of an address that CoreDNS overlooks: it takes groups of four and drops what is left over. */
const SPARE_LABELS = 3;

/** The address that a reverse name stands for, or null where it stands for none. The name is in lower case. */
export function addressOfReverse(name: string): string | null {
  if (name.endsWith('.in-addr.arpa.')) {
    const labels = labelsOf(name.slice(0, -'.in-addr.arpa.'.length));
    return labels.length === 4 && labels.every((label) => /^(?:0|[1-9]\d{0,2})$/.test(label))
      ? canonicalIP(labels.toReversed().join('.'))
      : null;
  }
  if (!name.endsWith('.ip6.arpa.')) return null;
  const labels = labelsOf(name.slice(0, -'.ip6.arpa.'.length));
  if (labels.length < 32 || labels.length > 32 + SPARE_LABELS) return null;
  const digits = labels.slice(-32).toReversed();
  if (!digits.every((label) => /^[0-9a-f]$/.test(label))) return null;
  return canonicalIP(digits.join('').replace(/(.{4})(?=.)/g, '$1:'));
}

/** `name` for an address in a pod or endpoint name: dots and colons become dashes, and no name ends in a dash. */
export function dashedAddress(address: string): string {
  const dashed = address.replace(/[.:]/g, '-');
  return dashed.endsWith('-') ? `${dashed}0` : dashed;
}
