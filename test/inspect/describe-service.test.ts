import {describe, expect, it} from 'vitest';
import {describeService, pathsOf, podVariables, servicesOf} from '../../src/inspect/index.ts';
import type {ClusterView, Pod, Service} from '../../src/model/index.ts';
import {viewOf} from '../../src/routing/index.ts';
import {suiteObjects} from '../fixtures/suite-snapshot.ts';

const view = viewOf(suiteObjects());
const NOTHING = {findings: [], unknown: []};

function service(name: string, of: ClusterView = view): Service {
  const found = of.services.get(`kiada/${name}`);
  if (found === undefined) throw new Error(`no Service ${name}`);
  return found;
}

describe('a Service described', () => {
  it('has each path with its address, from where it works, and whether the client address survives', () => {
    const {routes} = describeService(view, service('kiada-local'), NOTHING);
    expect(routes.filter((path) => path.path === 'clusterip')).toEqual([
      {path: 'clusterip', address: '10.96.0.4', port: 80, reachableFrom: ['pod', 'node'], clientAddressKept: true},
    ]);
    const nodePorts = routes.filter((path) => path.path === 'nodeport');
    expect(nodePorts.map((path) => `${path.address}:${path.port}`)).toEqual(['172.18.0.2:30081', '172.18.0.3:30081', '172.18.0.4:30081']);
    expect(nodePorts.every((path) => path.clientAddressKept && path.reachableFrom.includes('outside'))).toBe(true);
  });

  it('loses the client address on external paths with policy Cluster', () => {
    const {routes} = describeService(view, service('kiada'), NOTHING);
    const outside = routes.filter((path) => path.reachableFrom.includes('outside'));
    expect(new Set(outside.map((path) => path.path))).toEqual(new Set(['nodeport', 'loadbalancer']));
    expect(outside.some((path) => path.clientAddressKept)).toBe(false);
  });

  it('is a name alone where it is headless or an ExternalName: a headless one is asked at its target port', () => {
    expect(describeService(view, service('quote-headless'), NOTHING).routes).toEqual([
      {
        path: 'headless',
        address: 'quote-headless.kiada.svc.cluster.local',
        port: 80,
        reachableFrom: ['pod', 'node'],
        clientAddressKept: true,
      },
    ]);
    expect(describeService(view, service('time-api'), NOTHING)).toMatchObject({
      routes: [{path: 'externalname', address: 'worldtimeapi.org', port: null}],
      internalTrafficPolicy: null,
      externalName: 'worldtimeapi.org',
      endpoints: [],
    });
  });

  it('has its own records and no other Service’s', () => {
    const {dns} = describeService(view, service('quote'), NOTHING);
    expect(dns.length).toBeGreaterThan(0);
    expect(dns.filter((record) => !record.name.includes('quote.kiada.'))).toEqual([]);
  });

  it('names the worst of its findings', () => {
    const finding = (severity: 'warning' | 'info') => ({severity}) as never;
    expect(describeService(view, service('quote'), {findings: [finding('info'), finding('warning')], unknown: []}).worstFinding).toBe(
      'warning',
    );
    expect(describeService(view, service('quote'), NOTHING).worstFinding).toBeNull();
  });

  it('tells its own Events, the oldest first, and nobody else’s', () => {
    const event = (name: string, about: string, time: string) => ({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: {name, namespace: 'kiada'},
      involvedObject: {kind: 'Service', namespace: 'kiada', name: about},
      reason: name,
      message: 'm',
      lastTimestamp: time,
    });
    const eventful = viewOf([
      ...suiteObjects(),
      event('second', 'quote', '2026-03-01T08:02:00Z'),
      event('first', 'quote', '2026-03-01T08:01:00Z'),
      event('other', 'quiz', '2026-03-01T08:00:00Z'),
    ]);
    const {events} = describeService(eventful, service('quote', eventful), NOTHING);
    expect(events.map((one) => one.reason)).toEqual(['first', 'second']);
  });
});

describe('Services', () => {
  it('come by namespace and name', () => {
    expect(servicesOf(view, 'kiada').map((one) => one.name)).toEqual([
      'kiada',
      'kiada-local',
      'pending',
      'quiz',
      'quote',
      'quote-headless',
      'time-api',
    ]);
    expect(servicesOf(view, 'other')).toEqual([]);
  });

  const PATHS = [
    {name: 'quote', paths: ['clusterip']},
    {name: 'kiada-local', paths: ['clusterip', 'nodeport']},
    {name: 'kiada', paths: ['clusterip', 'nodeport', 'loadbalancer']},
    {name: 'pending', paths: ['clusterip', 'nodeport']},
    {name: 'quote-headless', paths: ['headless']},
    {name: 'time-api', paths: ['externalname']},
  ];
  for (const {name, paths} of PATHS) it(`have the ways in that they have: ${name}`, () => expect(pathsOf(service(name))).toEqual(paths));
});

describe('the variables of a pod', () => {
  const pod = (of: ClusterView) => of.pods.get('kiada/quiz') as Pod;
  const names = (list: readonly {name: string}[]) => list.map(({name}) => name);

  it('are those of the Services that were there when its container started', () => {
    const {variables, missing} = podVariables(view, pod(view));
    expect(variables).toContainEqual({name: 'QUOTE_SERVICE_HOST', value: '10.96.0.7', service: 'quote'});
    expect(missing).toEqual([]);
  });

  it('lack those of a Service that came later, with why', () => {
    const later = suiteObjects().map((object) =>
      object.kind === 'Service' && object.metadata?.name === 'quote'
        ? {...object, metadata: {...object.metadata, creationTimestamp: '2026-03-01T08:30:00Z'}}
        : object,
    );
    const {variables, missing} = podVariables(viewOf(later), pod(viewOf(later)));
    expect(names(variables)).not.toContain('QUOTE_SERVICE_HOST');
    expect(missing.find(({name}) => name === 'QUOTE_SERVICE_HOST')?.why).toMatch(/^the Service was created 2026-03-01T08:30:00Z, after/);
  });

  it('lack all but the API server’s with enableServiceLinks: false', () => {
    const unlinked = suiteObjects().map((object) =>
      object.kind === 'Pod' && object.metadata?.name === 'quiz'
        ? {...object, spec: {...(object['spec'] as object), enableServiceLinks: false}}
        : object,
    );
    const {variables, missing} = podVariables(viewOf(unlinked), pod(viewOf(unlinked)));
    expect(variables).toEqual([]);
    expect(names(missing)).toContain('QUOTE_SERVICE_HOST');
  });
});
