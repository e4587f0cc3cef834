import {expect, test} from 'vitest';
import {wrap} from '../../src/render/wrap.ts';

test('a figure keeps its sign of percent', () => {
  expect(wrap('sandbox-1 18.8 % (25.0 %), sandbox-2', 25, '')).toBe('sandbox-1 18.8 %\n(25.0 %), sandbox-2');
  expect(wrap('would show a skew of 50 %', 24, '')).toBe('would show a skew of\n50 %');
});

test('words fill the width, and one that is too long is cut', () => {
  expect(wrap('one two three four five', 20, '')).toBe('one two three four\nfive');
  expect(wrap('x'.repeat(25), 20, '')).toBe(`${'x'.repeat(20)}\n${'x'.repeat(5)}`);
});
