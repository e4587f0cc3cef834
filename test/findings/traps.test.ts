import {describe, expect, it} from 'vitest';
import {check, templatePods} from '../../src/findings/index.ts';
import type {ConnectionObservation, KubernetesObject, Observation} from '../../src/model/index.ts';
import {viewOf} from '../../src/routing/index.ts';
import {nodes, slicesOf} from './healthy-cluster.ts';

type Json = Record<string, unknown>;

function service(name: string, spec: Json = {}): KubernetesObject {
  const ports = [{name: 'http', port: 80, protocol: 'TCP', targetPort: 8080}];
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {name, namespace: 'shop'},
    spec: {clusterIP: '10.96.0.7', selector: {app: 'web'}, ports, ...spec},
  };
}

function pod(
  name: string,
  over: {labels?: Record<string, string>; containers?: readonly Json[]; ip?: string; spec?: Json} = {},
): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {name, namespace: 'shop', uid: name, labels: over.labels ?? {app: 'web'}},
    spec: {
      nodeName: 'sandbox-1',
      containers: over.containers ?? [{name: 'web', ports: [{name: 'http', containerPort: 8080}]}],
      ...over.spec,
    },
    status: {phase: 'Running', podIPs: [{ip: over.ip ?? '10.244.1.9'}], conditions: [{type: 'Ready', status: 'True'}]},
  };
}

function slice(
  name: string,
  serviceName: string,
  endpoints: readonly Json[],
  ports: readonly Json[] = [{name: 'http', port: 8080, protocol: 'TCP'}],
) {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name,
      namespace: 'shop',
      labels: {'kubernetes.io/service-name': serviceName, 'endpointslice.kubernetes.io/managed-by': 'example'},
    },
    addressType: 'IPv4',
    endpoints,
    ports,
  };
}

/** The findings of a cluster that the controllers have seen. */
function findings(...objects: readonly KubernetesObject[]) {
  const made = objects.flatMap((object) => slicesOf(object, objects));
  return check(viewOf([...nodes(), ...objects, ...made])).findings;
}

const codesOf = (...objects: readonly KubernetesObject[]) => findings(...objects).map((finding) => finding.code);

describe('traps that other checkers fall into', () => {
  it('an ExternalName Service selects no pods, whatever its selector says', () => {
    expect(codesOf(service('db', {type: 'ExternalName', externalName: 'db.example.com', ports: undefined, clusterIP: undefined}))).toEqual(
      [],
    );
  });

  it('a working Service has its endpoints by the label of the slices, not by their name or an Endpoints object', () => {
    const manual = service('db', {selector: undefined});
    expect(codesOf(manual, slice('some-name', 'db', [{addresses: ['192.0.2.1']}]))).toEqual([]);
  });

  it('an Endpoints object that disagrees in number is no finding', () => {
    const endpoints = {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: {name: 'web', namespace: 'shop'},
      subsets: [{addresses: [{ip: '10.244.1.9'}]}],
    };
    expect(codesOf(service('web'), pod('web-1'), pod('web-2', {ip: '10.244.1.10'}), endpoints)).toEqual([]);
  });

  it('an endpoint without a pod is as good as any', () => {
    expect(codesOf(service('db', {selector: undefined}), slice('db-1', 'db', [{addresses: ['192.0.2.1'], conditions: {}}]))).toEqual([]);
  });

  it('an endpoint counts once, however many addresses it lists', () => {
    const found = findings(
      service('db', {selector: undefined, internalTrafficPolicy: 'Local'}),
      slice('db-1', 'db', [{addresses: ['192.0.2.1', '192.0.2.2']}]),
    );
    expect(found.find((finding) => finding.code === 'KIA0417')?.message).toContain('none of its 1 endpoint ');
  });

  it('how ports are named is nobody else’s business', () => {
    const ports = [
      {name: 'x', port: 80, targetPort: 8080},
      {name: 'my-fancy-port', port: 81, targetPort: 8080},
    ];
    expect(codesOf(service('web', {ports}), pod('web-1'))).toEqual([]);
    expect(codesOf(service('web', {ports: [{port: 80, targetPort: 8080}]}), pod('web-1'))).toEqual([]);
  });

  it('node conditions that are good when False are no findings', () => {
    expect(nodes()[0]).toMatchObject({status: {conditions: expect.arrayContaining([{type: 'DiskPressure', status: 'False'}])}});
    expect(codesOf(service('web'), pod('web-1'))).toEqual([]);
  });

  it('files hold workloads, not pods: their templates count', () => {
    const template = {metadata: {labels: {app: 'web'}}, spec: {containers: [{name: 'web', ports: [{containerPort: 8080}]}]}};
    const deployment = {apiVersion: 'apps/v1', kind: 'Deployment', metadata: {name: 'web', namespace: 'shop'}, spec: {template}};
    const objects = [service('web', {clusterIP: undefined}), deployment];
    expect(check(viewOf([...objects, ...templatePods(objects)]), {manifests: true}).findings).toEqual([]);
  });

  it('a Service without a selector selects nothing, not everything', () => {
    const strangers = [pod('a', {labels: {app: 'a'}}), pod('b', {labels: {app: 'b'}, ip: '10.244.1.10'})];
    const manual = service('db', {selector: {}, ports: [{name: 'pg', port: 5432, targetPort: 'pg'}]});
    expect(
      codesOf(manual, ...strangers, slice('db-1', 'db', [{addresses: ['192.0.2.1']}], [{name: 'pg', port: 5432, protocol: 'TCP'}])),
    ).toEqual([]);
  });

  it('pods behind a Service whose endpoints another controller writes are found through the slices', () => {
    const target = {kind: 'Pod', name: 'web-1', namespace: 'shop', uid: 'web-1'};
    const manual = service('db', {selector: undefined});
    expect(
      codesOf(
        manual,
        pod('web-1', {labels: {}}),
        slice('db-1', 'db', [{addresses: ['10.244.1.9'], nodeName: 'sandbox-1', targetRef: target}]),
      ),
    ).toEqual([]);
  });

  it('a port that no container declares is no finding by itself, and never an error', () => {
    expect(codesOf(service('web'), pod('web-1', {containers: [{name: 'web'}]}))).toEqual([]);
    expect(codesOf(service('web'), pod('web-1', {containers: [{name: 'web', ports: [{containerPort: 9090}]}]}))).toEqual([]);
    const probed = {name: 'web', ports: [{containerPort: 9090}], readinessProbe: {tcpSocket: {port: 9090}}};
    expect(findings(service('web'), pod('web-1', {containers: [probed]}))).toMatchObject([
      {code: 'KIA0305', severity: 'warning', certainty: 'possible'},
    ]);
  });

  it('cluster DNS serves one number with two protocols', () => {
    const ports = [
      {name: 'dns', port: 53, protocol: 'UDP', targetPort: 'dns'},
      {name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 'dns-tcp'},
    ];
    const declared = [
      {name: 'dns', containerPort: 53, protocol: 'UDP'},
      {name: 'dns-tcp', containerPort: 53, protocol: 'TCP'},
    ];
    expect(codesOf(service('kube-dns', {ports}), pod('coredns', {containers: [{name: 'coredns', ports: declared}]}))).toEqual([]);
  });

  it('a StatefulSet has a headless Service for its peers beside one for clients', () => {
    const ports = [{name: 'http', port: 8080, targetPort: 8080}];
    expect(codesOf(service('web'), service('web-peers', {clusterIP: 'None', ports}), pod('web-0'))).toEqual([]);
  });

  it('pods of another workload that differ in one label on purpose are not misspelt', () => {
    const own = service('web', {selector: {app: 'shop', tier: 'web'}});
    expect(
      codesOf(own, pod('web-1', {labels: {app: 'shop', tier: 'web'}}), pod('db-1', {labels: {app: 'shop', tier: 'db'}, ip: '10.244.1.10'})),
    ).toEqual([]);
    expect(codesOf(service('web'), pod('web-1'), pod('app-1', {labels: {app: 'app'}, ip: '10.244.1.10'}))).toEqual([]);
  });
});

describe('what a finding says of endpoints', () => {
  const unready = pod('web-1', {containers: [{name: 'web', readinessProbe: {tcpSocket: {port: 8080}}}]});
  const conditions = [{type: 'Ready', status: 'False'}];
  const containerStatuses = [{name: 'web', ready: false, started: true, state: {running: {}}}];
  const failing = {...unready, status: {...(unready['status'] as Json), conditions, containerStatuses}};
  const firstOf = (own: KubernetesObject) => check(viewOf([...nodes(), own, failing])).findings.find(({code}) => code === 'KIA0203');

  it('says that no endpoint is ready where no pod is', () => {
    expect(firstOf(service('web'))).toMatchObject({severity: 'error', message: expect.stringContaining('no endpoint is ready')});
  });

  it('does not say so where the Service publishes them all the same', () => {
    const found = firstOf(service('web', {publishNotReadyAddresses: true}));
    expect(found).toMatchObject({severity: 'warning', message: expect.stringContaining('no pod is ready, and traffic comes all the same')});
    expect(found?.message).not.toContain('no endpoint');
  });
});

describe('traps of what is tried', () => {
  const SHOP = {namespace: 'shop', name: 'web'};
  const endpoint: ConnectionObservation = {
    kind: 'connection',
    service: SHOP,
    from: 'node/sandbox-1',
    port: 80,
    to: 'endpoint',
    address: '10.244.1.9',
    dialed: 8080,
    pod: 'web-1',
    outcome: 'connected',
    detail: 'connected',
    attempts: 1,
    failures: 0,
    speaks: 'http',
  };
  const failed = (over: Partial<ConnectionObservation>): ConnectionObservation => ({
    ...endpoint,
    outcome: 'unanswered',
    detail: 'no answer',
    failures: 1,
    speaks: null,
    ...over,
  });
  const clusterIP = (over: Partial<ConnectionObservation>) =>
    failed({to: 'clusterip', address: '10.96.0.7', dialed: 80, pod: null, from: 'node/sandbox-2', ...over});

  function tried(ports: readonly Json[], ...observed: readonly Observation[]) {
    const objects = [service('web', {ports}), pod('web-1')];
    return check(viewOf([...nodes(), ...objects, ...objects.flatMap((object) => slicesOf(object, objects))]), {observed}).findings;
  }
  const HTTP = [{name: 'http', port: 80, protocol: 'TCP', targetPort: 8080}];

  it('what answers is no finding, and what was not tried is none either', () => {
    expect(tried(HTTP, endpoint, clusterIP({outcome: 'connected', failures: 0}))).toEqual([]);
    expect(tried(HTTP)).toEqual([]);
  });

  it('what other Services are like is not told of this one', () => {
    expect(tried(HTTP, failed({service: {namespace: 'shop', name: 'other'}, outcome: 'refused'}))).toEqual([]);
  });

  it('what the API server’s proxy fails at is only possible, and never an error', () => {
    const [found] = tried(HTTP, failed({outcome: 'failed', from: 'the API server'}));
    expect(found).toMatchObject({code: 'KIA0311', certainty: 'possible', severity: 'warning'});
  });

  it('an address that does not answer this machine may be meant for others', () => {
    const outside = failed({to: 'nodeport', address: '172.18.0.2', dialed: 30080, pod: null, from: 'outside'});
    expect(tried(HTTP, endpoint, outside)).toMatchObject([{code: 'KIA0419', certainty: 'possible', severity: 'warning'}]);
  });

  it('a path is not blamed for pods that do not answer', () => {
    expect(tried(HTTP, failed({outcome: 'refused'}), clusterIP({})).map(({code}) => code)).toEqual(['KIA0311']);
  });

  it('self-calls are blamed only where others have none of their trouble', () => {
    const own = clusterIP({from: 'pod/web-1', outcome: 'connected', attempts: 4, failures: 2});
    const other = clusterIP({outcome: 'connected', attempts: 4, failures: 0});
    expect(tried(HTTP, endpoint, own, other).map(({code}) => code)).toEqual(['KIA0515']);
    expect(tried(HTTP, endpoint, own)).toEqual([]);
    expect(tried(HTTP, endpoint, own, {...other, failures: 1})).toEqual([]);
  });

  it('a port whose name says nothing of its protocol may speak any', () => {
    expect(tried([{name: 'metrics', port: 80, protocol: 'TCP', targetPort: 8080}], {...endpoint, speaks: 'tls'})).toEqual([]);
    expect(tried([{...HTTP[0], name: 'grpc'}], {...endpoint, speaks: 'tls'})).toEqual([]);
    expect(tried(HTTP, {...endpoint, speaks: 'http2'})).toEqual([]);
    expect(tried(HTTP, {...endpoint, speaks: null})).toEqual([]);
  });

  it('what manifests make likely is silent once it was tried', () => {
    const probed = {name: 'web', ports: [{containerPort: 9090}], readinessProbe: {tcpSocket: {port: 9090}}};
    const objects = [service('web'), pod('web-1', {containers: [probed]})];
    const view = viewOf([...nodes(), ...objects, ...objects.flatMap((object) => slicesOf(object, objects))]);
    expect(check(view, {}).findings.map(({code}) => code)).toEqual(['KIA0305']);
    expect(check(view, {observed: [endpoint]}).findings).toEqual([]);
  });

  it('a lookup that is only slow is not lost, and one that waits for a retry is', () => {
    const dns = (...durationsMs: readonly number[]): Observation => ({
      kind: 'dns',
      service: SHOP,
      from: 'here',
      name: 'web',
      addresses: ['10.96.0.7'],
      ready: [],
      ttl: 30,
      durationsMs,
    });
    expect(tried(HTTP, dns(3, 1200, 3400, 4200, 5900))).toEqual([]);
    expect(tried(HTTP, dns(3, 5004)).map(({code}) => code)).toEqual(['KIA0611']);
  });
});
