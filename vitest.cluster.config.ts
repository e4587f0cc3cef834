import {defineConfig} from 'vitest/config';

// Tests against a genuine cluster: KIADA_TEST_CLUSTER names its kubeconfig. Files run one after the other: they share the cluster.
export default defineConfig({
  test: {
    include: ['test/cluster/**/*.test.ts'],
    globalSetup: ['test/cluster/global-setup.ts'],
    disableConsoleIntercept: true,
    fileParallelism: false,
    // what is written in a real cluster is seen a little later, on a busy machine much later
    retry: 1,
    expect: {poll: {timeout: 20_000, interval: 200}},
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
