import {expect, test} from 'vitest';
import {EventCorrelation} from '../../../src/sandbox/kubelet/node/event-correlation.ts';

const unhealthy = (message: string) => ({object: 'pod a', fieldPath: '', type: 'Warning', reason: 'Unhealthy', message});

test('the tenth different message of one reason is combined, and so are those after it, until ten quiet minutes have passed', () => {
  const correlation = new EventCorrelation();
  const texts = Array.from({length: 11}, (_, index) => correlation.combine(unhealthy(`m${index}`), index).message);
  expect(texts.slice(0, 9)).toEqual(Array.from({length: 9}, (_, index) => `m${index}`));
  expect(texts.slice(9)).toEqual(['(combined from similar events): m9', '(combined from similar events): m10']);
  expect(correlation.combine(unhealthy('m11'), 11).key).toBe(correlation.combine(unhealthy('m12'), 12).key);
  expect(correlation.combine(unhealthy('later'), 700_000).message).toBe('later');
});

test('the same message again is the same event; another part of the pod has its own', () => {
  const correlation = new EventCorrelation();
  const first = correlation.combine(unhealthy('down'), 0).key;
  expect(correlation.combine(unhealthy('down'), 1).key).toBe(first);
  expect(correlation.combine({...unhealthy('down'), fieldPath: 'spec.containers{b}'}, 2).key).not.toBe(first);
});

test('an object has twenty-five events at once and one more every five minutes; others are not held back by it', () => {
  const correlation = new EventCorrelation();
  const admitted = Array.from({length: 30}, () => correlation.admit('pod a', 0)).filter(Boolean);
  expect(admitted).toHaveLength(25);
  expect(correlation.admit('pod b', 0)).toBe(true);
  expect(correlation.admit('pod a', 299_000)).toBe(false);
  expect([correlation.admit('pod a', 301_000), correlation.admit('pod a', 301_000)]).toEqual([true, false]);
});
