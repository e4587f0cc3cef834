import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {
  addressNumber,
  canonicalIP,
  cidrContains,
  compareAddresses,
  familyOf,
  hostPort,
  numberToAddress,
  parseCidr,
} from '../../src/ip/index.ts';

describe('addresses', () => {
  const spellings: readonly (readonly [string, string | null])[] = [
    ['10.0.0.1', '10.0.0.1'],
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['172.30.0.041', '172.30.0.41'],
    ['010.001.000.255', '10.1.0.255'],
    ['256.0.0.1', null],
    ['1.2.3.256', null],
    ['00.0.0.0', '0.0.0.0'],
    ['1.2.3.', null],
    ['.1.2.3', null],
    ['1..2.3', null],
    ['1.2.3.4.5', null],
    ['', null],
    ['10.0.0', null],
    ['10.0.0.1 ', null],
    ['0x10.0.0.1', null],
    ['FD00:0:0::1', 'fd00::1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['fe80::1%eth0', null],
    ['example.com', null],
    ['', null],
  ];
  for (const [written, canonical] of spellings) {
    it(`"${written}" ${canonical === null ? 'is none' : `is ${canonical}`}`, () => expect(canonicalIP(written)).toBe(canonical));
  }

  it('have a family, and brackets before a port', () => {
    expect([familyOf('10.0.0.1'), familyOf('fd00::1'), familyOf('x')]).toEqual(['IPv4', 'IPv6', null]);
    expect([hostPort('10.0.0.1', 80), hostPort('fd00::1', 80)]).toEqual(['10.0.0.1:80', '[fd00::1]:80']);
  });

  it('are canonical once made so, and a number stands for each', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const canonical = canonicalIP(text);
        if (canonical === null) throw new Error(`${text} is an address`);
        expect(canonicalIP(canonical)).toBe(canonical);
        const family = canonical.includes(':') ? 'IPv6' : 'IPv4';
        expect(numberToAddress(addressNumber(canonical), family)).toBe(canonical);
      }),
    );
  });

  it('are ordered by value, IPv4 first', () => {
    expect(['fd00::10', '10.0.0.10', 'fd00::2', '10.0.0.9', 'b', 'a'].sort(compareAddresses)).toEqual([
      '10.0.0.9',
      '10.0.0.10',
      'fd00::2',
      'fd00::10',
      'a',
      'b',
    ]);
  });
});

describe('ranges', () => {
  it('hold the addresses that share their prefix, and never those of the other family', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), fc.integer({min: 0, max: 32}), (network, address, bits) => {
        const shift = BigInt(32 - bits);
        const range = parseCidr(`${network}/${bits}`);
        if (range === null) throw new Error('a range');
        expect(cidrContains(range, address)).toBe(addressNumber(network) >> shift === addressNumber(address) >> shift);
        expect(cidrContains(range, 'fd00::1')).toBe(false);
      }),
    );
  });

  it('may have blanks around them, host bits and leading zeros, as kube-proxy takes them', () => {
    const range = parseCidr(' 203.0.113.007/25 ');
    expect(range).toMatchObject({family: 'IPv4', bits: 25});
    expect(range && cidrContains(range, '203.0.113.127')).toBe(true);
    expect(range && cidrContains(range, '203.0.113.128')).toBe(false);
  });

  it('of IPv6 hold theirs', () => {
    const range = parseCidr('fd00:10::/64');
    expect(range && cidrContains(range, 'fd00:10::ffff')).toBe(true);
    expect(range && cidrContains(range, 'fd00:10:0:1::1')).toBe(false);
  });

  it('are refused where they are none', () => {
    for (const text of ['10.0.0.0', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/8/8', 'x/8', 'fd00::/129']) expect(parseCidr(text)).toBeNull();
  });
});
