import {expect, test} from 'vitest';
import {matchesLabelSelector, matchesSelector} from '../../src/endpoints/index.ts';

test('a Service selector asks for every pair, and selects nothing when it is empty or absent', () => {
  expect(matchesSelector({app: 'quote'}, {app: 'quote', rel: 'stable'})).toBe(true);
  expect(matchesSelector({app: 'quote', rel: 'canary'}, {app: 'quote', rel: 'stable'})).toBe(false);
  expect(matchesSelector({}, {app: 'quote'})).toBe(false);
  expect(matchesSelector(null, {app: 'quote'})).toBe(false);
  expect(matchesSelector({constructor: 'x'}, {})).toBe(false);
});

test('a label selector knows the four operators; an empty one selects all, an absent one nothing', () => {
  const labels = {app: 'quote', rel: 'stable'};
  const by = (operator: string, key: string, values?: string[]) =>
    matchesLabelSelector({matchExpressions: [{key, operator, values}]}, labels);
  expect([by('In', 'app', ['quote']), by('In', 'app', ['quiz']), by('In', 'zone', ['a'])]).toEqual([true, false, false]);
  expect([by('NotIn', 'app', ['quote']), by('NotIn', 'zone', ['a'])]).toEqual([false, true]);
  expect([by('Exists', 'app'), by('Exists', 'zone'), by('DoesNotExist', 'app'), by('DoesNotExist', 'zone')]).toEqual([
    true,
    false,
    false,
    true,
  ]);
  expect(by('Near', 'app', ['quote'])).toBe(false);
  expect(matchesLabelSelector({}, labels)).toBe(true);
  expect(matchesLabelSelector(undefined, labels)).toBe(false);
  expect(
    matchesLabelSelector({matchLabels: {app: 'quote'}, matchExpressions: [{key: 'rel', operator: 'In', values: ['canary']}]}, labels),
  ).toBe(false);
});
