import type {AddressInfo} from 'node:net';
import {createServer} from 'node:tls';
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import type {ExplainResult, ProbeResult, ServiceDescribeResult, ServiceDescription} from '../../src/model/index.ts';
import {makeCertificates} from '../load/certificates.ts';
import {lacks} from './programs.ts';
import {violations} from './schema.ts';
import {User} from './user.ts';

vi.setConfig({testTimeout: 60_000, hookTimeout: 90_000}); // real processes, on a machine that may be busy
const user = new User();

function pod(name: string, spec: object = {}, container: object = {}): object {
  const containers = [{name: 'web', image: 'nginx', ports: [{containerPort: 80}], ...container}];
  return {apiVersion: 'v1', kind: 'Pod', metadata: {name, labels: {app: name}}, spec: {containers, ...spec}};
}

function service(name: string, ports: readonly object[], spec: object = {}): object {
  return {apiVersion: 'v1', kind: 'Service', metadata: {name}, spec: {selector: {app: name}, ports, ...spec}};
}

const OBJECTS = [
  pod('number', {}, {readinessProbe: {httpGet: {path: '/', port: 80}, periodSeconds: 1}}),
  service('number', [{port: 80, targetPort: 8080}]),
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {name: 'inside'},
    data: {'default.conf': 'server { listen 127.0.0.1:80; location / { return 200 hello; } }'},
  },
  pod(
    'inside',
    {volumes: [{name: 'config', configMap: {name: 'inside'}}]},
    {volumeMounts: [{name: 'config', mountPath: '/etc/nginx/conf.d'}]},
  ),
  service('inside', [{port: 80}]),
  service('swapped', [{name: 'http', port: 80, targetPort: 8443}], {selector: {app: 'kiada'}}),
  service('kiada-local', [{port: 80, targetPort: 8080}], {
    selector: {app: 'kiada'},
    type: 'LoadBalancer',
    externalTrafficPolicy: 'Local',
  }),
  service('peers', [{port: 80}], {selector: {app: 'quote'}, clusterIP: 'None'}),
];

describe.skipIf(lacks('kubectl', 'sh'))('a Service that is tried', () => {
  beforeAll(async () => {
    await user.succeed(user.kiada(['sandbox', 'up', '-q']));
    await user.succeed(user.kiada(['apply', 'suite', '--wait', '--timeout', '60s']));
    const list = JSON.stringify({apiVersion: 'v1', kind: 'List', items: OBJECTS});
    await user.succeed(user.tryKubectl(['apply', '-f', '-'], {input: list}));
    await user.kubectl('wait', '--for=condition=Ready', 'pod/number', 'pod/inside', '--timeout=30s');
    await user.kubectl('wait', '--for=jsonpath={.status.loadBalancer.ingress}', 'service/kiada-local', 'service/kiada', '--timeout=30s');
  });
  afterAll(() => user.leave());

  test('along every path, of the healthy suite, gives rise to no finding', async () => {
    const described = await triedAll('kiada', 'quote', 'quiz', 'kiada-local', 'peers');
    expect(described.map(({name}) => name)).toEqual(['kiada', 'quote', 'quiz', 'kiada-local', 'peers']);
    for (const {name, findings, unknown, observed} of described) {
      expect({name, findings: findings.filter(({severity}) => severity !== 'info')}).toEqual({name, findings: []});
      expect(unknown).toEqual([]);
      const connections = (observed ?? []).filter((seen) => seen.kind === 'connection');
      expect(connections.length).toBeGreaterThan(0);
      expect(connections.filter(({failures}) => failures > 0)).toEqual([]);
      expect(observed?.filter(({kind}) => kind === 'dns')).toHaveLength(1);
    }
    const places = described[0]?.observed?.map((seen) => (seen.kind === 'connection' ? seen.to : seen.kind));
    expect([...new Set(places)].toSorted()).toEqual(['clusterip', 'dns', 'endpoint', 'loadbalancer', 'nodeport']);
    const checks = described.find(({name}) => name === 'kiada-local')?.observed?.filter((seen) => seen.kind === 'health-check');
    expect(checks?.map(({node}) => node)).toEqual(['sandbox-1', 'sandbox-2', 'sandbox-3']);
    expect(checks?.map(({status}) => status)).toContain(200);
  });

  test('at a target port where nobody listens says which port answers, and its command mends it', async () => {
    const [found] = (await tried('number')).findings;
    expect(found).toMatchObject({code: 'KIA0311', severity: 'error', certainty: 'proven'});
    expect(found?.message).toBe('port 80: nothing answers on 8080 in 1 of 1 endpoint; 80 does');
    const probed = await user.kiada(['probe', 'svc/number', '-o', 'json']);
    expect(probed.code).toBe(1);
    const result = JSON.parse(probed.stdout) as ProbeResult;
    expect(violations('probe', result)).toEqual([]);
    expect(result.targets[0]?.findings.map(({code}) => code)).toEqual(['KIA0311']);
    await user.succeed(user.run('sh', ['-c', found?.remedy ?? '']));
    await expect.poll(async () => (await user.kiada(['probe', '-q', 'svc/number'])).code, {timeout: 20_000}).toBe(0);
    expect((await tried('number')).findings).toEqual([]);
  });

  test('whose program listens on the loopback of its pod says so', async () => {
    expect((await tried('inside')).findings).toMatchObject([{code: 'KIA0312', severity: 'error', certainty: 'proven'}]);
  });

  test('that speaks TLS where its port says http says so', async () => {
    expect((await tried('swapped')).findings).toMatchObject([{code: 'KIA0314', severity: 'warning', certainty: 'proven'}]);
  });

  test('whose node is gone says that an endpoint does not answer', async () => {
    await user.succeed(user.kiada(['sandbox', 'node', 'stop', 'sandbox-3']));
    const codes = (await tried('peers')).findings.map(({code}) => code);
    await user.succeed(user.kiada(['sandbox', 'node', 'start', 'sandbox-3']));
    expect(codes).toContain('KIA0316');
  });

  test('by an alias shows whose certificate its clients get', async () => {
    const server = createServer(await makeCertificates('db.example.com'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const {port} = server.address() as AddressInfo;
    const alias = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {name: 'alias'},
      spec: {type: 'ExternalName', externalName: 'localhost', ports: [{name: 'https', port}]},
    };
    await user.succeed(user.tryKubectl(['apply', '-f', '-'], {input: JSON.stringify(alias)}));
    const {findings} = await tried('alias');
    server.close();
    expect(findings.find(({code}) => code === 'KIA0614')?.message).toBe(
      'TLS clients that call it get a certificate for db.example.com, not for alias',
    );
  });

  test('is tried only when asked for, and never from a snapshot', async () => {
    expect((await user.json<ServiceDescribeResult>(['svc', 'describe', 'quote'])).services[0]?.observed).toBeNull();
    const snapshot = await user.succeed(user.kiada(['snapshot']));
    const refused = await user.kiada(['svc', 'describe', 'quote', '--probe', '--snapshot', '-'], {input: snapshot.stdout});
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('--probe needs a cluster');
    const [entry] = (await user.json<ExplainResult>(['explain', 'KIA0311'])).codes;
    expect(entry).toMatchObject({probe: true, manifests: false});
  });

  async function triedAll(...names: readonly string[]): Promise<readonly ServiceDescription[]> {
    const result = await user.json<ServiceDescribeResult>(['svc', 'describe', ...names, '--probe']);
    expect(violations('svc-describe', result)).toEqual([]);
    return result.services;
  }

  async function tried(name: string): Promise<ServiceDescription> {
    const [described] = await triedAll(name);
    if (described === undefined) throw new Error(`${name} was not described`);
    return described;
  }
});
