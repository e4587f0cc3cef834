import {defineConfig} from 'vitest/config';

// The sandbox held against a genuine cluster, kubectl step by kubectl step: KIADA_TEST_CLUSTER names the genuine one's kubeconfig.
export default defineConfig({
  test: {
    include: ['test/compare/**/*.test.ts'],
    globalSetup: ['test/cluster/global-setup.ts'],
    disableConsoleIntercept: true,
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
