import {expect, test} from 'vitest';
import {endpointChanges, endpointStatuses, matchesSelectorText, notEndpoints} from '../../src/endpoints/index.ts';
import type {ClusterView, KubernetesObject, Service} from '../../src/model/index.ts';
import {updateView, viewOf} from '../../src/view/index.ts';

const service: KubernetesObject = {
  kind: 'Service',
  metadata: {name: 'quote', namespace: 'kiada'},
  spec: {clusterIP: '10.96.0.7', ipFamilies: ['IPv4'], selector: {app: 'quote'}, ports: [{name: 'http', port: 80, targetPort: 'http'}]},
};

interface PodOptions {
  ip?: string | null;
  ready?: boolean;
  labels?: Record<string, string>;
  namespace?: string;
  phase?: string;
  spec?: object;
  status?: object;
  metadata?: object;
  port?: string;
}

function pod(name: string, options: PodOptions = {}): KubernetesObject {
  const {ip = '10.244.1.5', ready = true, labels = {app: 'quote'}, namespace = 'kiada', phase = 'Running', port = 'http'} = options;
  return {
    kind: 'Pod',
    metadata: {name, namespace, labels, uid: `uid-${name}`, ...options.metadata},
    spec: {nodeName: 'node-1', containers: [{name: 'nginx', ports: [{name: port, containerPort: 80}]}], ...options.spec},
    status: {
      phase,
      ...(ip === null ? {} : {podIP: ip}),
      conditions: [{type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: '2026-01-01T00:00:00Z'}],
      ...options.status,
    },
  };
}

function slice(name: string, endpoints: object[], more: object = {}): KubernetesObject {
  return {
    kind: 'EndpointSlice',
    metadata: {name, namespace: 'kiada', labels: {'kubernetes.io/service-name': 'quote'}},
    addressType: 'IPv4',
    ports: [{name: 'http', port: 80, protocol: 'TCP'}],
    endpoints,
    ...more,
  };
}

const endpoint = (podName: string, address = '10.244.1.5', conditions: object = {ready: true, serving: true}) => ({
  addresses: [address],
  conditions,
  targetRef: {kind: 'Pod', namespace: 'kiada', name: podName, uid: `uid-${podName}`},
});

const quote = (view: ClusterView) => view.services.get('kiada/quote') as Service;
const statuses = (...objects: KubernetesObject[]) => {
  const view = viewOf([service, ...objects]);
  return endpointStatuses(view, quote(view));
};
const notReady = (...objects: KubernetesObject[]) => statuses(slice('s', [endpoint('a', '10.244.1.5', {ready: false})]), ...objects)[0];
const missing = (...objects: KubernetesObject[]) => {
  const view = viewOf([service, ...objects]);
  return notEndpoints(view, quote(view)).map(({pod: name, reason}) => `${name} ${reason}`);
};

test('a ready endpoint has no reason; endpoints come in numeric order', () => {
  const found = statuses(slice('s', [endpoint('b', '10.244.1.10'), endpoint('a', '10.244.1.9')]));
  expect(found.map(({address, pod: name, ready, reason}) => ({address, name, ready, reason}))).toEqual([
    {address: '10.244.1.9', name: 'a', ready: true, reason: null},
    {address: '10.244.1.10', name: 'b', ready: true, reason: null},
  ]);
});

test('a failing readiness probe is told with what it asks and what was answered last', () => {
  const probe = {httpGet: {port: 80, path: '/quote'}};
  const failing = pod('a', {
    ready: false,
    spec: {containers: [{name: 'nginx', readinessProbe: probe}]},
    status: {containerStatuses: [{name: 'nginx', ready: false, started: true, state: {running: {}}}]},
  });
  const event = (name: string, code: number, lastTimestamp: string): KubernetesObject => ({
    kind: 'Event',
    metadata: {name, namespace: 'kiada'},
    involvedObject: {kind: 'Pod', name: 'a', uid: 'uid-a'},
    reason: 'Unhealthy',
    message: `Readiness probe failed: HTTP probe failed with statuscode: ${code}`,
    count: 3,
    lastTimestamp,
  });
  const found = notReady(failing, event('new', 404, '2026-01-01T00:00:09Z'), event('old', 503, '2026-01-01T00:00:01Z'));
  expect(found?.reason).toBe('ReadinessProbeFailed');
  expect(found?.detail).toBe(
    'container nginx: readiness probe GET http://:80/quote fails: HTTP probe failed with statuscode: 404 (3 times)',
  );
  expect(found?.since).toBe('2026-01-01T00:00:00Z');
});

test('a waiting container, a missing readiness gate, a node that is down and a pod that goes away are each named', () => {
  const waiting = {waiting: {reason: 'CrashLoopBackOff', message: 'back-off 10s'}};
  const crashed = pod('a', {
    ready: false,
    status: {containerStatuses: [{name: 'nginx', ready: false, state: waiting, lastState: {terminated: {exitCode: 1, reason: 'Error'}}}]},
  });
  expect(notReady(crashed)).toMatchObject({
    reason: 'CrashLoopBackOff',
    detail: 'container nginx exited with code 1 (Error); it waits before it is started again',
  });
  const gated = pod('a', {ready: false, spec: {readinessGates: [{conditionType: 'x/ok'}], containers: []}});
  expect(notReady(gated)).toMatchObject({reason: 'ReadinessGatesNotReady', detail: 'readiness gate: condition x/ok is not True'});
  const node = {kind: 'Node', metadata: {name: 'node-1'}, status: {conditions: [{type: 'Ready', status: 'Unknown'}]}};
  expect(notReady(pod('a', {ready: false}), node)?.reason).toBe('NodeNotReady');
  const going = pod('a', {metadata: {deletionTimestamp: '2026-01-01T00:00:40Z', deletionGracePeriodSeconds: 30}});
  expect(notReady(going)).toMatchObject({reason: 'Terminating', since: '2026-01-01T00:00:10Z'});
});

test('an endpoint that two slices hold is told once, as the newer slice of the same pod has it', () => {
  const old = slice('old', [endpoint('a', '10.244.1.5', {ready: true})], {
    metadata: {name: 'old', namespace: 'kiada', creationTimestamp: '2026-01-01T00:00:00Z', labels: {'kubernetes.io/service-name': 'quote'}},
  });
  const fresh = slice('new', [endpoint('a', '10.244.1.5', {ready: false})], {
    metadata: {name: 'new', namespace: 'kiada', creationTimestamp: '2026-01-02T00:00:00Z', labels: {'kubernetes.io/service-name': 'quote'}},
  });
  expect(statuses(old, fresh).map(({slice: name, ready}) => ({name, ready}))).toEqual([{name: 'new', ready: false}]);
});

test('ports of one address from several slices are put together', () => {
  const metrics = slice('metrics', [endpoint('a')], {ports: [{name: 'metrics', port: 9090, protocol: 'TCP'}]});
  expect(statuses(slice('http', [endpoint('a')]), metrics).map(({ports}) => ports.map(({port}) => port))).toEqual([[80, 9090]]);
});

test('a selected pod that is no endpoint is listed with the first rule that it fails', () => {
  const unschedulable = {type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes are available'};
  expect(missing(pod('done', {phase: 'Succeeded'}))).toEqual(['done PodFinished']);
  expect(missing(pod('waiting', {ip: null, ready: false, phase: 'Pending', status: {conditions: [unschedulable]}}))).toEqual([
    'waiting Unschedulable',
  ]);
  expect(missing(pod('six', {ip: 'fd00::5'}))).toEqual(['six WrongFamily']);
  expect(missing(pod('lost'), {kind: 'Node', metadata: {name: 'node-2'}})).toEqual(['lost NodeMissing']);
  expect(missing(pod('unnamed', {port: 'web'}))).toEqual(['unnamed NoSuchPort']);
  expect(missing(pod('late'))).toEqual(['late NotInSlices']);
  expect(missing(pod('a'), slice('s', [endpoint('a')]))).toEqual([]);
});

test('pods that the selector misses by a slip, by one label of several or by namespace are listed; others are not', () => {
  expect(missing(pod('typo', {labels: {app: 'qoute'}}))).toEqual(['typo LabelMismatch']);
  expect(missing(pod('case', {labels: {App: 'quote'}}))).toEqual(['case LabelMismatch']);
  expect(missing(pod('other', {labels: {app: 'quiz'}}))).toEqual([]);
  expect(missing(pod('bare', {labels: {}}))).toEqual([]);
  expect(missing(pod('away', {namespace: 'default'}))).toEqual(['default/away OtherNamespace']);
  expect(missing(pod('away', {namespace: 'default'}), pod('a'), slice('s', [endpoint('a')]))).toEqual([]);
  const two = {...service, spec: {...(service['spec'] as object), selector: {app: 'quote', rel: 'stable'}}};
  const view = viewOf([two, pod('canary', {labels: {app: 'quote', rel: 'canary'}})]);
  expect(notEndpoints(view, quote(view))).toEqual([
    {pod: 'canary', reason: 'LabelMismatch', detail: 'label rel=canary; the selector asks for rel=stable'},
  ]);
});

test('changes are told in words with their reasons, and an unchanged Service costs nothing', () => {
  const start = viewOf([service, pod('a'), slice('s', [endpoint('a')])]);
  const unready = updateView(start, {type: 'MODIFIED', object: slice('s', [endpoint('a', '10.244.1.5', {ready: false})])});
  expect(endpointChanges(start, unready)).toMatchObject([
    {type: 'changed', endpoint: '10.244.1.5:80', before: {ready: true}, after: {ready: false}},
  ]);
  const relabelled = updateView(start, {type: 'MODIFIED', object: pod('a', {labels: {app: 'other'}})});
  expect(endpointChanges(start, relabelled)).toEqual([]);
  const removed = updateView(relabelled, {type: 'MODIFIED', object: slice('s', [])});
  expect(endpointChanges(relabelled, removed)).toMatchObject([
    {type: 'removed', after: null, reason: 'pod a no longer has label app=quote'},
  ]);
  expect(endpointChanges(removed, start)).toMatchObject([{type: 'added', before: null, reason: 'the selector matches pod a now; ready'}]);
});

test('a selector in text form is read as kubectl reads it', () => {
  const labels = {app: 'quote', 'example.com/tier': 'web', n: '5'};
  for (const text of [
    'app=quote',
    'app==quote',
    'app!=quiz',
    'app',
    '!x',
    'app in (quiz, quote)',
    'zone notin (a)',
    'n>4,n<6',
    '',
    'example.com/tier=web',
  ]) {
    expect([text, matchesSelectorText(text, labels)]).toEqual([text, true]);
  }
  for (const text of ['app=quiz', 'x', '!app', 'app notin (quote)', 'n>5', 'app=quote,x=y']) {
    expect([text, matchesSelectorText(text, labels)]).toEqual([text, false]);
  }
  for (const text of ['app=', 'app in ()']) expect(matchesSelectorText(text, labels)).toBe(false);
  for (const text of ['=x', 'app in quote', 'a b', 'app=a b', 'n>x'])
    expect(() => matchesSelectorText(text, labels)).toThrow(/unable to parse/);
});

test('each other part that changes is named, and parts that only are other objects are none', () => {
  const state = (more: object, ports: object = {}) =>
    viewOf([
      service,
      pod('a'),
      slice('s', [{...endpoint('a'), nodeName: 'node-1', zone: 'a', hints: {forZones: [{name: 'a'}]}, ...more}], ports),
    ]);
  const reasons = (more: object, ports?: object) =>
    endpointChanges(state({}), state(more, ports), [{namespace: 'kiada', name: 'quote'}]).map(({reason}) => reason);
  expect(reasons({})).toEqual([]);
  expect(reasons({hints: {forZones: [{name: 'a'}, {name: 'b'}]}})).toEqual(['hints changed']);
  expect(reasons({hints: {forZones: [{name: 'a'}], forNodes: [{name: 'node-1'}]}})).toEqual(['hints changed']);
  expect(reasons({nodeName: 'node-2', zone: 'b'})).toEqual(['node, zone changed']);
  for (const change of [{name: 'web'}, {port: 81}, {protocol: 'UDP'}])
    expect(reasons({}, {ports: [{name: 'http', port: 80, protocol: 'TCP', ...change}]}), JSON.stringify(change)).toEqual(['ports changed']);
});
