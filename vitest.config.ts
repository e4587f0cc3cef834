import {defineConfig} from 'vitest/config';
import {WholeFirst} from './test/whole-first.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/cluster/**', 'test/compare/**'],
    disableConsoleIntercept: true,
    // one second is little on a machine that is busy with other things
    expect: {poll: {timeout: 20_000, interval: 50}},
    // a landing does not hang on one late moment of a busy machine; at work a test that fails now and then is seen at once
    retry: process.env['CI'] ? 1 : 0,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 3, // a third fills the waits of the other two
    sequence: {sequencer: WholeFirst},
  },
});
