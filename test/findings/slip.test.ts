import {describe, expect, it} from 'vitest';
import {isSlip} from '../../src/findings/selector/slip.ts';

const SLIPS = ['qoute', 'quot', 'quotee', 'quofe', 'Quote', 'QUOTE', 'uqote', 'quoet', 'uote', 'xquote'];
const OTHERS = ['quote', 'quiz', 'quota-2', 'quote-1', 'quot3', 'quoteee', 'etouq', '', 'q'];

describe('a slip of the pen', () => {
  for (const word of SLIPS) it(`${word} for quote`, () => expect(isSlip(word, 'quote')).toBe(true));
  for (const word of OTHERS) it(`not "${word}" for quote`, () => expect(isSlip(word, 'quote')).toBe(false));
  it('works both ways', () => {
    for (const word of SLIPS) expect(isSlip('quote', word)).toBe(true);
  });
  it('is not seen in short words, nor where digits differ', () => {
    expect(isSlip('api', 'app')).toBe(false);
    expect(isSlip('web-1', 'web-2')).toBe(false);
    expect(isSlip('v1', 'v2')).toBe(false);
  });
});
