import {describe, expect, it} from 'vitest';
import {matrix, route, whatIf} from '../../src/routing/index.ts';
import {endpoint, rig, service, slice} from './cluster.ts';

const t = {namespace: 'default', name: 't'};

describe('matrix: node by endpoint', () => {
  it('shows the holes that externalTrafficPolicy Local leaves', () => {
    const [found, ...others] = matrix(rig([service({type: 'NodePort', externalTrafficPolicy: 'Local'}), slice()]), {
      service: t,
      via: 'nodeport',
    });
    expect(others).toEqual([]);
    expect(found).toMatchObject({via: 'nodeport', address: null, port: 30_080, holes: ['node3']});
    expect(found?.columns.map(({pod}) => pod)).toEqual(['t-1', 't-2']);
    expect(found?.rows.map(({node, verdict, probabilities}) => [node, verdict, ...probabilities])).toEqual([
      ['node1', 'forward', 1, 0],
      ['node2', 'forward', 0, 1],
      ['node3', 'drop', 0, 0],
    ]);
  });

  it('has one for each path, and for load balancers also the nodes that would not be chosen', () => {
    const spec = {type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 31_000};
    const all = matrix(rig([service(spec), slice()]), {service: t});
    expect(all.map(({via, rows, holes}) => [via, rows.length, holes])).toEqual([
      ['clusterip', 3, []],
      ['nodeport', 3, ['node3']],
      ['loadbalancer', 3, ['node3']],
    ]);
  });

  it('of zone hints has each node keep to its zone', () => {
    const hint = (zone: string) => ({hints: {forZones: [{name: zone}]}});
    const [found] = matrix(rig([service({}), slice([endpoint(1, hint('zone-a')), endpoint(2, hint('zone-b'))])]), {
      service: t,
      via: 'clusterip',
    });
    expect(found?.rows.map(({probabilities}) => probabilities)).toEqual([
      [1, 0],
      [0, 1],
      [0.5, 0.5],
    ]);
  });
});

describe('whatIf: the view as it would be', () => {
  const view = rig([service({}), slice()]);
  const from = 'pod/t-3';
  const outcome = (after: typeof view, vantage = from) =>
    route(after, {service: t, from: vantage, via: 'clusterip'}).map(({verdict, endpoints}) => [verdict, ...endpoints.map(({pod}) => pod)]);

  it('with a field set', () => {
    expect(outcome(whatIf(view, {service: t, set: {internalTrafficPolicy: 'Local'}}))).toEqual([['drop']]);
    expect(outcome(view)).toEqual([['forward', 't-1', 't-2']]);
    const kept = whatIf(view, {service: t, set: {sessionAffinity: 'ClientIP', 'sessionAffinityConfig.clientIP.timeoutSeconds': '60'}});
    expect(route(kept, {service: t, from, via: 'clusterip'})[0]?.affinity).toEqual({type: 'ClientIP', timeoutSeconds: 60});
  });

  it('with hints where a trafficDistribution is set', () => {
    const after = whatIf(view, {service: t, set: {trafficDistribution: 'PreferSameNode'}});
    expect(outcome(after, 'pod/t-1')).toEqual([['forward', 't-1']]);
    expect(outcome(after, 'pod/t-3')).toEqual([['forward', 't-1', 't-2']]);
  });

  it('without pods', () => {
    expect(outcome(whatIf(view, {service: t, without: ['t-1']}))).toEqual([['forward', 't-2']]);
    expect(outcome(whatIf(view, {service: t, without: ['t-1', 't-2']}))).toEqual([['reject']]);
  });

  it('with more or fewer replicas, new ones on the nodes that have the fewest', () => {
    expect(outcome(whatIf(view, {service: t, withReplicas: 1}))).toEqual([['forward', 't-1']]);
    const [grown] = route(whatIf(view, {service: t, withReplicas: 4}), {service: t, from, via: 'clusterip'});
    expect(grown?.endpoints.map(({node}) => node).sort()).toEqual(['node1', 'node1', 'node2', 'node3']);
    expect(new Set(grown?.endpoints.map(({address}) => address)).size).toBe(4);
  });

  it('with several slices counts the replicas over all of them', () => {
    const second = slice([endpoint(3)], {metadata: {name: 't-2', namespace: 'default', labels: {'kubernetes.io/service-name': 't'}}});
    const three = rig([service({}), slice(), second]);
    expect(outcome(whatIf(three, {service: t, withReplicas: 2}))).toEqual([['forward', 't-1', 't-2']]);
    expect(outcome(whatIf(three, {service: t, withReplicas: 5}))[0]).toHaveLength(6);
  });

  it('refuses what is not there', () => {
    expect(() => whatIf(view, {service: t, without: ['x']})).toThrow(expect.objectContaining({code: 'NOT_FOUND'}));
    expect(() => whatIf(view, {service: {...t, name: 'x'}})).toThrow(expect.objectContaining({code: 'SERVICE_NOT_FOUND'}));
    expect(() => whatIf(view, {service: t, set: {'a b': 'c'}})).toThrow(expect.objectContaining({code: 'USAGE'}));
  });
});
