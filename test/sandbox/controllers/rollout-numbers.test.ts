import {expect, test} from 'vitest';
import {oldReplicas} from '../../../src/sandbox/controllers/workloads/rollout-numbers.ts';

const set = (replicas: number, availableReplicas: number) => ({spec: {replicas}, status: {replicas, availableReplicas}});
const deployment = {spec: {replicas: 3, strategy: {type: 'RollingUpdate', rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}}};

test('a set that was scaled down and has not counted again gives no second time what is about to go', () => {
  // two of the new are there; of the old three one goes already, but their status still says three
  expect(oldReplicas(deployment, set(2, 2), [set(2, 3)])).toEqual([1]);
  expect(oldReplicas(deployment, set(2, 2), [set(2, 2)])).toEqual([1]);
});

test('old pods that are not available go first, and as many others as availability allows', () => {
  expect(oldReplicas(deployment, set(1, 1), [set(2, 1), set(1, 1)])).toEqual([1, 1]);
  expect(oldReplicas(deployment, set(1, 0), [set(3, 3)])).toEqual([3]);
  expect(oldReplicas(deployment, set(3, 3), [set(1, 1)])).toEqual([0]);
});
