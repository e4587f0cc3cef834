import {expect, it} from 'vitest';
import {FlowTable} from '../../../src/sandbox/network/flow-table.ts';

const place = (number: number) => ({address: `10.0.${number >> 8}.${number & 255}`, port: 53});

it('keeps an entry until it expires', () => {
  const table = new FlowTable<{expires: number}>();
  expect(table.put(1000, place(1), {expires: 10}, 0)).toBe(true);
  expect(table.find(1000, place(1), 9)).toEqual({expires: 10});
  expect(table.find(1000, place(1), 10)).toBeNull();
  expect(table.find(1000, place(2), 0)).toBeNull();
  expect(table.find(1001, place(1), 0)).toBeNull();
});

it('forgets one entry, or all of a port', () => {
  const table = new FlowTable<{expires: number}>();
  for (const number of [1, 2, 3]) table.put(1000, place(number), {expires: number}, 0);
  table.put(1001, place(1), {expires: 9}, 0);
  table.remove(1000, place(1));
  table.remove(1000, place(1));
  expect(table.removePort(1000)).toEqual([{expires: 2}, {expires: 3}]);
  expect(table.find(1001, place(1), 0)).toEqual({expires: 9});
});

it('is full at 65,536 entries that live, and makes room of those that have expired', () => {
  const table = new FlowTable<{expires: number}>();
  for (let port = 1; port <= 65_536; port++) expect(table.put(port, place(1), {expires: port <= 10 ? 5 : 50}, 0)).toBe(true);
  expect(table.put(1, place(2), {expires: 50}, 0)).toBe(false);
  expect(table.put(7, place(1), {expires: 6}, 0)).toBe(true); // in the place of its own
  expect(table.put(1, place(2), {expires: 50}, 6)).toBe(true);
});
