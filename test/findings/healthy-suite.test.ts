import {describe, expect, it} from 'vitest';
import {check} from '../../src/findings/index.ts';
import type {KubernetesObject} from '../../src/model/index.ts';
import {viewOf} from '../../src/routing/index.ts';
import {setups} from '../../src/suite/setups/index.ts';
import {runningSetup} from './healthy-cluster.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');

function found(objects: readonly KubernetesObject[]): readonly string[] {
  const view = viewOf(objects);
  return check(view, {nowMs: NOW}).findings.map(
    (finding) => `${finding.severity} ${finding.code} ${finding.object.name}: ${finding.message}`,
  );
}

describe('the Kiada suite when all of it runs', () => {
  it('has no finding at all', () => {
    const objects = runningSetup('suite');
    expect(objects.filter((object) => object.kind === 'EndpointSlice').length).toBeGreaterThanOrEqual(3);
    expect(found(objects)).toEqual([]);
  });

  for (const setup of setups()) {
    it(`has no error with the setup ${setup.name}`, () => {
      expect(found(runningSetup('suite', setup.name)).filter((line) => line.startsWith('error'))).toEqual([]);
    });
  }

  it('has a finding as soon as a pod of Quote fails its probe', () => {
    const objects = runningSetup('suite').map((object) => (object.metadata?.name === 'quote-003' ? failing(object) : object));
    expect(found(objects)).toEqual([expect.stringMatching(/^warning KIA0203 quote: /)]);
  });
});

function failing(pod: KubernetesObject): KubernetesObject {
  const status = pod['status'] as {conditions: {type: string}[]; containerStatuses: {name: string}[]};
  return {
    ...pod,
    status: {
      ...status,
      conditions: status.conditions.map((condition) => (/Ready$/.test(condition.type) ? {...condition, status: 'False'} : condition)),
      containerStatuses: status.containerStatuses.map((entry) => (entry.name === 'nginx' ? {...entry, ready: false} : entry)),
    },
  };
}
