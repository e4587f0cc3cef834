import {describe, expect, it} from 'vitest';
import type {ClusterView, KubernetesObject, Path, Route} from '../../src/model/index.ts';
import {route, updateView} from '../../src/routing/index.ts';
import {endpoint, nodeIP, podIP, rig, service, slice} from './cluster.ts';

const t = {namespace: 'default', name: 't'};

function only(view: ClusterView, from: string, via: Path, entryNode?: string): Route {
  const routes = route(view, {service: t, from, via, ...(entryNode ? {entryNode} : {})});
  expect(routes).toHaveLength(1);
  return routes[0] as Route;
}

function notReady(number: number) {
  return endpoint(number, {conditions: {ready: false, serving: false, terminating: false}});
}

describe('reasons are short, exact and name the numbers', () => {
  const local = rig([
    service({type: 'NodePort', externalTrafficPolicy: 'Local'}),
    slice([endpoint(1), endpoint(2), endpoint(2, {addresses: ['10.244.2.9']})]),
  ]);
  const hint = (zone: string) => ({hints: {forZones: [{name: zone}]}});
  const hinted = rig([service({}), slice([endpoint(1, hint('zone-a')), endpoint(2, hint('zone-b'))])]);
  const ending = endpoint(1, {conditions: {ready: false, serving: true, terminating: true}});
  const cells: readonly (readonly [ClusterView, string, Path, string | undefined, string])[] = [
    [rig([service({}), slice()]), 'pod/t-3', 'clusterip', undefined, '2 ready endpoints; internalTrafficPolicy is Cluster'],
    [local, 'outside', 'nodeport', 'node2', '2 of 3 ready endpoints are on node node2; externalTrafficPolicy is Local'],
    [local, 'outside', 'nodeport', 'node3', 'no usable endpoint is on node node3, 3 ready elsewhere; externalTrafficPolicy is Local'],
    [local, 'pod/t-3', 'nodeport', 'node3', '3 ready endpoints; externalTrafficPolicy Local does not limit pods and the node itself'],
    [hinted, 'pod/t-1', 'clusterip', undefined, '1 of 2 ready endpoints is hinted for zone zone-a; internalTrafficPolicy is Cluster'],
    [rig([service({}), slice([])]), 'pod/t-1', 'clusterip', undefined, 'the Service has no endpoint for this port'],
    [rig([service({}), slice([notReady(1), notReady(2)])]), 'pod/t-1', 'clusterip', undefined, 'none of 2 endpoints is ready'],
    [
      rig([service({}), slice([ending])]),
      'pod/t-1',
      'clusterip',
      undefined,
      'no endpoint is ready; 1 terminating one still serves; internalTrafficPolicy is Cluster',
    ],
    [
      rig([service({}), slice()]),
      'outside',
      'clusterip',
      undefined,
      'a cluster IP is reachable only from the pods and nodes of the cluster',
    ],
    [rig([service({}), slice()]), 'outside', 'nodeport', undefined, 'the Service is of type ClusterIP: it has no node port'],
  ];
  for (const [view, from, via, entry, reason] of cells) it(reason, () => expect(only(view, from, via, entry).reason).toBe(reason));
});

describe('a route shows every leg', () => {
  it('of a pod that calls a cluster IP', () => {
    const found = only(rig([service({}), slice([endpoint(2)])]), 'pod/t-1', 'clusterip');
    expect(found).toMatchObject({
      service: t,
      from: {kind: 'Pod', namespace: 'default', name: 't-1', node: 'node1', zone: 'zone-a', ip: podIP(1)},
      address: '10.96.0.50',
      port: 80,
      protocol: 'TCP',
      ipFamily: 'IPv4',
      entryNode: 'node1',
      verdict: 'forward',
      masquerade: false,
      sourceSeen: podIP(1),
      endpoints: [
        {address: podIP(2), port: 8080, pod: 't-2', node: 'node2', zone: 'zone-b', state: 'ready', probability: 1, sourceSeen: podIP(1)},
      ],
      steps: [
        {at: 'pod/t-1', action: 'resolve', detail: 't -> t.default.svc.cluster.local -> 10.96.0.50'},
        {at: 'node/node1', action: 'dnat', detail: `10.96.0.50:80 -> ${podIP(2)}:8080`},
        {at: 'pod/t-2', action: 'deliver', detail: `the server sees ${podIP(1)}`},
      ],
    });
  });

  it('of a pod that calls another node’s port: an external client with its own node’s address', () => {
    const view = rig([service({type: 'NodePort'}), slice([endpoint(2)])], {masqueradeToPodGateway: false});
    const {steps, sourceSeen} = only(view, 'pod/t-1', 'nodeport', 'node2');
    expect(sourceSeen).toBe(nodeIP(2));
    expect(steps.map(({at, action}) => `${at} ${action}`)).toEqual([
      'node/node1 masquerade',
      'node/node2 enter',
      'node/node2 dnat',
      'node/node2 masquerade',
      'pod/t-2 deliver',
    ]);
  });

  it('where the plugin keeps pods’ addresses, such a pod is a pod there too, and no Local policy holds it', () => {
    const objects = [service({type: 'NodePort', externalTrafficPolicy: 'Local'}), slice([endpoint(2)])];
    expect(only(rig(objects), 'pod/t-1', 'nodeport', 'node3').verdict).toBe('drop');
    const kept = only(rig(objects, {podTrafficToNodesMasqueraded: false}), 'pod/t-1', 'nodeport', 'node3');
    expect(kept).toMatchObject({verdict: 'forward', trafficPolicy: 'Cluster', sourceSeen: podIP(1)});
  });

  it('and states what session affinity does to the shares', () => {
    const found = only(rig([service({sessionAffinity: 'ClientIP'}), slice()]), 'pod/t-3', 'clusterip');
    expect(found.affinity).toEqual({type: 'ClientIP', timeoutSeconds: 10_800});
    expect(found.steps.find(({action}) => action === 'dnat')?.detail).toContain('the same source keeps to it for 10800 s');
  });
});

describe('a load balancer from outside', () => {
  const spec = {type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 31_000};

  it('may choose each ready node, or with Local those that have a ready endpoint', () => {
    const nodesOf = (view: ClusterView) => route(view, {service: t, from: 'outside', via: 'loadbalancer'}).map(({entryNode}) => entryNode);
    expect(nodesOf(rig([service({type: 'LoadBalancer'}), slice()]))).toEqual(['node1', 'node2', 'node3']);
    expect(nodesOf(rig([service(spec), slice()]))).toEqual(['node1', 'node2']);
  });

  it('has nothing to choose where every health check fails', () => {
    const found = only(rig([service(spec), slice([notReady(1)])]), 'outside', 'loadbalancer');
    expect(found).toMatchObject({verdict: 'drop', entryNode: null});
    expect(found.reason).toContain('503 on all 3');
  });

  it('is told apart from a node that it would not choose', () => {
    const found = only(rig([service(spec), slice([endpoint(1)])]), 'outside/198.51.100.7', 'loadbalancer', 'node3');
    expect(found.verdict).toBe('drop');
    expect(found.steps[0]?.detail).toContain('health check node port 31000 answers 503');
  });

  it('keeps the client’s address under Local and holds back whom the source ranges do not admit', () => {
    const view = rig([service({...spec, loadBalancerSourceRanges: ['203.0.113.0/24']}), slice([endpoint(1)])]);
    expect(only(view, 'outside/203.0.113.7', 'loadbalancer')).toMatchObject({
      verdict: 'forward',
      sourceSeen: '203.0.113.7',
      masquerade: false,
    });
    expect(only(view, 'outside/198.51.100.7', 'loadbalancer').reason).toBe(
      '198.51.100.7 is not in loadBalancerSourceRanges (203.0.113.0/24)',
    );
    expect(only(view, 'outside', 'loadbalancer').reason).toContain('name the client as outside/IP');
    expect(only(view, 'pod/t-1', 'loadbalancer').verdict).toBe('drop');
    expect(only(view, 'outside/198.51.100.7', 'nodeport', 'node1').verdict).toBe('forward');
  });

  it('that proxies (ipMode Proxy, or a host name) leads even pods out and back by node port', () => {
    const proxying = (ingress: Record<string, unknown>) => ({
      ...service({type: 'LoadBalancer'}),
      status: {loadBalancer: {ingress: [ingress]}},
    });
    for (const ingress of [{ip: '172.32.0.1', ipMode: 'Proxy'}, {hostname: 'lb.example'}]) {
      const routes = route(rig([proxying(ingress), slice()]), {service: t, from: 'pod/t-1', via: 'loadbalancer'});
      expect(routes.map(({entryNode}) => entryNode)).toEqual(['node1', 'node2', 'node3']);
      for (const {verdict, via, port, steps} of routes)
        expect([verdict, via, port, steps[0]?.action]).toEqual(['forward', 'loadbalancer', 80, 'load-balance']);
    }
  });

  it('without an address is no path', () => {
    const pending = {...service({type: 'LoadBalancer'}), status: {}};
    expect(only(rig([pending, slice()]), 'outside', 'loadbalancer')).toMatchObject({
      verdict: 'unreachable',
      reason: 'no load balancer has given the Service an address',
    });
  });
});

describe('endpoints that are left out say why', () => {
  it('with the pod’s own words where it is not ready', () => {
    const pod: KubernetesObject = {
      kind: 'Pod',
      metadata: {name: 't-2', namespace: 'default'},
      spec: {nodeName: 'node2'},
      status: {conditions: [{type: 'Ready', status: 'False', message: 'containers with unready status: [web]'}]},
    };
    const found = only(rig([service({}), slice([endpoint(1), notReady(2)]), pod]), 'pod/t-1', 'clusterip');
    expect(found.excluded).toEqual([
      {address: podIP(2), port: 8080, pod: 't-2', node: 'node2', reason: 'NotReady', detail: 'containers with unready status: [web]'},
    ]);
  });

  it('on other nodes, in other zones, terminating, without the port, of the other family', () => {
    const hint = (zone: string) => ({hints: {forZones: [{name: zone}]}});
    const reasons = (spec: Record<string, unknown>, ...slices: readonly KubernetesObject[]) =>
      only(rig([service(spec), ...slices]), 'pod/t-1', 'clusterip').excluded.map(({address, reason}) => `${address} ${reason}`);
    expect(reasons({internalTrafficPolicy: 'Local'}, slice())).toEqual([`${podIP(2)} OtherNode`]);
    expect(reasons({}, slice([endpoint(1, hint('zone-a')), endpoint(2, hint('zone-b'))]))).toEqual([`${podIP(2)} OtherZone`]);
    expect(
      reasons({}, slice([endpoint(1, {hints: {forNodes: [{name: 'node1'}]}}), endpoint(2, {hints: {forNodes: [{name: 'node2'}]}})])),
    ).toEqual([`${podIP(2)} OtherNodeHint`]);
    const ending = endpoint(2, {conditions: {ready: false, serving: true, terminating: true}});
    expect(reasons({}, slice([endpoint(1), ending]))).toEqual([`${podIP(2)} Terminating`]);
    const named = (name: string, fields: KubernetesObject) => ({
      metadata: {name, namespace: 'default', labels: {'kubernetes.io/service-name': 't'}},
      ...fields,
    });
    const portless = slice([endpoint(2)], named('t-2', {ports: [{name: 'metrics', protocol: 'TCP', port: 9090}]}));
    expect(reasons({}, slice([endpoint(1)]), portless)).toEqual([`${podIP(2)} NoSuchPort`]);
    const six = slice([endpoint(1, {addresses: ['fd00::1']}), endpoint(2, {addresses: ['fd00::2']})], named('t-6', {addressType: 'IPv6'}));
    expect(reasons({}, slice([endpoint(1)]), six)).toEqual(['fd00::2 WrongFamily']);
  });
});

describe('Services that no proxy serves', () => {
  it('headless: the client picks among the ready addresses, and ports are not translated', () => {
    const view = rig([service({clusterIP: 'None', selector: {app: 't'}}), slice([endpoint(1), endpoint(2), notReady(3)])]);
    const found = only(view, 'pod/t-3', 'headless');
    expect(found).toMatchObject({verdict: 'forward', address: null, entryNode: null, trafficPolicy: null, sourceSeen: podIP(3)});
    expect(found.endpoints.map(({address, probability}) => [address, probability])).toEqual([
      [podIP(1), 0.5],
      [podIP(2), 0.5],
    ]);
    expect(found.reason).toBe('2 ready endpoints; the client picks one from the DNS answer; port 80 is not translated: connect to 8080');
    expect(found.excluded.map(({reason}) => reason)).toEqual(['NotReady']);
    expect(found.steps[0]?.detail).toBe(`t.default.svc.cluster.local -> ${podIP(1)}, ${podIP(2)}`);
  });

  it('headless with nothing ready is a name without an address, and from outside there is no name', () => {
    const view = rig([service({clusterIP: 'None', selector: {app: 't'}}), slice([notReady(1)])]);
    expect(only(view, 'pod/t-3', 'headless').verdict).toBe('unresolvable');
    expect(only(view, 'outside', 'headless').verdict).toBe('unreachable');
  });

  it('headless without ports leaves the port to the client', () => {
    const objects = [service({clusterIP: 'None', selector: {app: 't'}, ports: []}), slice([endpoint(1)], {ports: []})];
    expect(only(rig(objects), 'pod/t-3', 'headless')).toMatchObject({
      port: null,
      endpoints: [{address: podIP(1), port: 0, probability: 1}],
    });
  });

  it('ExternalName: a CNAME that is not proxied, and no answer for an IP address', () => {
    const named = (externalName: string) => rig([service({type: 'ExternalName', externalName, clusterIP: ''})]);
    expect(only(named('worldtimeapi.org'), 'pod/t-1', 'externalname')).toMatchObject({
      verdict: 'forward',
      address: 'worldtimeapi.org',
      endpoints: [],
    });
    expect(only(named('192.0.2.1'), 'pod/t-1', 'externalname').verdict).toBe('unresolvable');
    expect(only(named('worldtimeapi.org'), 'outside', 'externalname').verdict).toBe('unreachable');
  });
});

describe('which routes there are', () => {
  it('all paths where none is asked for, in a stable order', () => {
    const view = rig([service({type: 'LoadBalancer', externalIPs: ['192.0.2.80']}), slice()]);
    const found = route(view, {service: t, from: 'pod/t-1'}).map(({via, entryNode}) => `${via} ${entryNode}`);
    expect(found).toEqual([
      'clusterip node1',
      'nodeport node1',
      'nodeport node2',
      'nodeport node3',
      'loadbalancer node1',
      'externalip node1',
    ]);
    expect(route(view, {service: t, from: 'pod/t-1', via: 'all'}).map(({via, entryNode}) => `${via} ${entryNode}`)).toEqual(found);
  });

  it('one for each family of a dual-stack Service, each with its own slices', () => {
    const dual = service({clusterIPs: ['10.96.0.50', 'fd00:10:96::50'], clusterIP: '10.96.0.50', ipFamilies: ['IPv4', 'IPv6']});
    const six = slice([endpoint(1, {addresses: ['fd00:10:244:1::5']})], {
      addressType: 'IPv6',
      metadata: {name: 't-6', namespace: 'default', labels: {'kubernetes.io/service-name': 't'}},
    });
    const found = route(rig([dual, slice(), six]), {service: t, from: 'node/node3', via: 'clusterip'});
    expect(found.map(({ipFamily, address, endpoints}) => [ipFamily, address, endpoints.length])).toEqual([
      ['IPv4', '10.96.0.50', 2],
      ['IPv6', 'fd00:10:96::50', 1],
    ]);
  });

  it('those of the port that is asked for, by number or name', () => {
    const ports = [
      {name: 'http', port: 80, targetPort: 8080},
      {name: 'dns', port: 53, protocol: 'UDP', targetPort: 53},
    ];
    const view = rig([service({ports}), slice([endpoint(1)], {ports: [{name: 'http', port: 8080}]})]);
    expect(route(view, {service: t, from: 'pod/t-1'}).map(({portName, verdict}) => `${portName} ${verdict}`)).toEqual([
      'dns reject',
      'http forward',
    ]);
    for (const port of [53, '53', 'dns']) expect(route(view, {service: t, from: 'pod/t-1', port})).toHaveLength(1);
  });

  it('of two ports with one number, or two Services with one address, the first is who gets the packet', () => {
    const ports = [
      {name: 'a', port: 80, targetPort: 8080},
      {name: 'b', port: 80, targetPort: 9090},
    ];
    const twice = rig([service({ports}), slice([endpoint(1)], {ports: [{name: 'a', port: 8080}]})]);
    expect(route(twice, {service: t, from: 'pod/t-3'}).map(({portName, verdict}) => `${portName} ${verdict}`)).toEqual([
      'a forward',
      'b forward',
    ]);
    const rival = rig([service({}, 's'), service({}), slice()]);
    expect(route(rival, {service: t, from: 'pod/t-3'}).map(({verdict}) => verdict)).toEqual(['reject']);
  });

  it('the same from a view that was changed since, before and after the newer one is asked', () => {
    const before = rig([service({internalTrafficPolicy: 'Local'}), slice()]);
    const question = {service: t, from: 'pod/t-1', via: 'clusterip'} as const;
    const first = route(before, question);
    const after = updateView(before, {type: 'MODIFIED', object: slice([notReady(1), endpoint(2)])});
    expect(route(after, question).map(({verdict}) => verdict)).toEqual(['drop']);
    expect(route(before, question)).toEqual(first);
    expect(first.map(({verdict}) => verdict)).toEqual(['forward']);
  });
});

describe('what does not exist is an error with its code', () => {
  const view = rig([service({}), slice()]);
  const cells = [
    ['a Service', {service: {namespace: 'default', name: 'quote'}, from: 'outside'}, 'SERVICE_NOT_FOUND'],
    ['a pod', {service: t, from: 'pod/x'}, 'NOT_FOUND'],
    ['a node', {service: t, from: 'node/x'}, 'NOT_FOUND'],
    ['an entry node', {service: t, from: 'outside', entryNode: 'x'}, 'NOT_FOUND'],
    ['a port', {service: t, from: 'outside', port: 81}, 'NOT_FOUND'],
    ['a vantage', {service: t, from: 'inside'}, 'USAGE'],
    ['a client address', {service: t, from: 'outside/x'}, 'USAGE'],
  ] as const;
  for (const [what, question, code] of cells) {
    it(what, () => expect(() => route(view, question)).toThrow(expect.objectContaining({code})));
  }
});
