import {describe, expect, it} from 'vitest';
import {formatDuration, parseDuration} from '../../src/cli/duration.ts';

describe('durations', () => {
  const READ = [
    {text: '500ms', ms: 500},
    {text: '2.5s', ms: 2500},
    {text: '1m30s', ms: 90_000},
    {text: '1h', ms: 3_600_000},
    {text: '10', ms: 10_000},
  ];
  for (const {text, ms} of READ) it(`are read: ${text}`, () => expect(parseDuration(text)).toBe(ms));
  for (const text of ['', 'soon', '10 s', '-1s', '1d', 's', '1.s', '1e3']) {
    it(`are refused: "${text}"`, () => expect(parseDuration(text)).toBeNull());
  }
  const WRITTEN = [
    {ms: 500, text: '500ms'},
    {ms: 5000, text: '5s'},
    {ms: 90_000, text: '90s'},
    {ms: 120_000, text: '2m'},
    {ms: 3_600_000, text: '1h'},
    {ms: 0, text: '0ms'},
  ];
  for (const {ms, text} of WRITTEN)
    it(`are written so that they can be read again: ${text}`, () => {
      expect(formatDuration(ms)).toBe(text);
      expect(parseDuration(text)).toBe(ms);
    });
});
