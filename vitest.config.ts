import {defineConfig} from 'vitest/config';
import {WholeFirst} from './test/whole-first.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/cluster/**', 'test/compare/**'],
    disableConsoleIntercept: true,
    // one second is little on a machine that is busy with other things
    expect: {poll: {timeout: 20_000, interval: 50}},
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 3, // a third fills the waits of the other two
    sequence: {sequencer: WholeFirst},
  },
});
