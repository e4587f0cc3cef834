import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {type Cidr, canonicalIP, cidrHoldsCanonical, cidrSet, parseCidr} from '../../src/ip/index.ts';

const range = (text: string) => parseCidr(text) as Cidr;

describe('many ranges as one', () => {
  it('hold what one of them holds, at both ends and not beyond', () => {
    const set = cidrSet(['10.244.1.0/24', '10.244.2.0/25', '192.168.0.1/32', 'fd00:10:244:1::/64'].map(range));
    for (const inside of [
      '10.244.1.0',
      '10.244.1.255',
      '10.244.2.127',
      '192.168.0.1',
      'fd00:10:244:1::',
      'fd00:10:244:1:ffff:ffff:ffff:ffff',
    ]) {
      expect(set.has(inside), inside).toBe(true);
    }
    for (const outside of ['10.244.0.255', '10.244.2.128', '192.168.0.0', 'fd00:10:244:2::', '::ffff'])
      expect(set.has(outside), outside).toBe(false);
    expect(set.size).toBe(4);
  });

  it('hold nothing where there is none, and all of a family with /0', () => {
    expect(cidrSet([]).has('10.0.0.1')).toBe(false);
    const all = cidrSet([range('0.0.0.0/0')]);
    expect([all.has('255.255.255.255'), all.has('::1')]).toEqual([true, false]);
    expect(cidrSet([range('::/0')]).has('ffff::')).toBe(true);
  });

  it('answer as each range asked by itself', () => {
    const v4 = fc.ipV4();
    const v6 = fc
      .ipV6()
      .map((text) => canonicalIP(text))
      .filter((text): text is string => text?.includes(':') ?? false);
    const ranges = fc.array(
      fc.oneof(
        fc.tuple(v4, fc.integer({min: 0, max: 32})).map(([address, bits]) => range(`${address}/${bits}`)),
        fc.tuple(v6, fc.integer({min: 0, max: 128})).map(([address, bits]) => range(`${address}/${bits}`)),
      ),
      {maxLength: 6},
    );
    fc.assert(
      fc.property(ranges, fc.oneof(v4, v6), (all, address) => {
        expect(cidrSet(all).has(address)).toBe(all.some((one) => cidrHoldsCanonical(one, address)));
      }),
    );
  });
});
