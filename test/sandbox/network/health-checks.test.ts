import {afterEach, expect, it} from 'vitest';
import {type HealthChecks, serveHealthChecks} from '../../../src/sandbox/network/health-checks.ts';
import type {NetworkOrigin} from '../../../src/sandbox/pod-network.ts';
import {viewOf} from '../../../src/view/index.ts';
import {endpointOf, replyOf, serviceObject, sliceObject, type TestCluster, testCluster} from './small-cluster.ts';

const HEALTH = 32_000;
const WEB = {name: 'web-1', node: 2};
const CLIENT: NetworkOrigin = {kind: 'Pod', namespace: 'kiada', name: 'client'};
const open: HealthChecks[] = [];
afterEach(() => {
  for (const checks of open.splice(0)) checks.close();
});

function balancer(more: Record<string, unknown> = {}) {
  return serviceObject('web', {
    type: 'LoadBalancer',
    clusterIP: '10.96.1.1',
    clusterIPs: ['10.96.1.1', 'fd00:10:96::1'],
    ipFamilies: ['IPv4', 'IPv6'],
    externalTrafficPolicy: 'Local',
    healthCheckNodePort: HEALTH,
    ports: [{port: 80, targetPort: 8080, nodePort: 30_080}],
    ...more,
  });
}

interface Setting {
  readonly made: TestCluster;
  readonly checks: HealthChecks;
  readonly log: readonly string[];
  readonly stopped: Set<string>;
}

/** A load-balanced Service of both families with an IPv4 endpoint on node 2, and a pod on node 1 to ask from. */
function start(): Setting {
  const stopped = new Set<string>();
  const isNodeUp = (name: string): boolean => !stopped.has(name);
  const made = testCluster([balancer(), sliceObject('web', [endpointOf(WEB, 0)])], {isNodeUp});
  made.attach({name: 'client', node: 1}, 9);
  const log: string[] = [];
  const view = () => viewOf(made.objects, {serviceCIDRs: ['10.96.0.0/16']});
  const checks = serveHealthChecks({network: made.network, view, isNodeUp, log: (message) => log.push(message)});
  open.push(checks);
  checks.sync();
  return {made, checks, log, stopped};
}

async function ask({made}: Setting, host: string, {from = CLIENT, timeoutMs = 2_000, request = 'GET / HTTP/1.1'} = {}): Promise<string> {
  const {connection} = await made.network.dial(from, {host, port: HEALTH}, {timeoutMs});
  connection.write(`${request}\r\nHost: node\r\nConnection: close\r\n\r\n`);
  return replyOf(connection);
}

const statusOf = async (...asked: Parameters<typeof ask>): Promise<number> => Number((await ask(...asked)).split(' ')[1]);

it('answers as kube-proxy does: 200 where a ready endpoint is, 503 elsewhere, with the number in header and body', async () => {
  const setting = start();
  const body = (count: number) =>
    `{\n\t"service": {\n\t\t"namespace": "kiada",\n\t\t"name": "web"\n\t},\n\t"localEndpoints": ${count},\n\t"serviceProxyHealthy": true\n}`;
  const [head = '', given] = (await ask(setting, '172.18.0.3')).split('\r\n\r\n');
  expect(head.split('\r\n').filter((line) => !/^(date|connection):/i.test(line))).toEqual([
    'HTTP/1.1 200 OK',
    'Content-Type: application/json',
    'X-Content-Type-Options: nosniff',
    'X-Load-Balancing-Endpoint-Weight: 1',
    `Content-Length: ${body(1).length}`,
  ]);
  expect(given).toBe(body(1));
  const [other = '', none] = (await ask(setting, '172.18.0.2')).split('\r\n\r\n');
  expect(other).toContain('HTTP/1.1 503 Service Unavailable\r\n');
  expect(other).toContain('X-Load-Balancing-Endpoint-Weight: 0\r\n');
  expect(none).toBe(body(0));
});

it('answers pods, nodes and outside, at any path and with any method', async () => {
  const setting = start();
  for (const from of [CLIENT, {kind: 'Node', name: 'sandbox-2'}, {kind: 'Node', name: 'sandbox-3'}, {kind: 'Outside'}] as const)
    expect(await statusOf(setting, '172.18.0.3', {from})).toBe(200);
  expect(await statusOf(setting, '172.18.0.3', {request: 'POST /any/path HTTP/1.1'})).toBe(200);
  expect(await ask(setting, '172.18.0.3', {request: 'HEAD / HTTP/1.1'})).toMatch(/\r\n\r\n$/);
});

it('follows endpoints as they move and turn unready', async () => {
  const setting = start();
  const place = (node: number, more = {}) => {
    setting.made.objects = setting.made.objects.map((object) =>
      object.kind === 'EndpointSlice' ? sliceObject('web', [endpointOf({...WEB, node, ...more}, 0)]) : object,
    );
  };
  const statuses = () => Promise.all(['172.18.0.2', '172.18.0.3', '172.18.0.4'].map((address) => statusOf(setting, address)));
  expect(await statuses()).toEqual([503, 200, 503]);
  place(3);
  expect(await statuses()).toEqual([503, 503, 200]);
  place(3, {ready: false});
  expect(await statuses()).toEqual([503, 503, 503]);
  place(1, {terminating: true});
  expect(await statuses()).toEqual([503, 503, 503]);
});

it('each family counts its own endpoints, at the node’s address of that family only', async () => {
  const setting = start();
  expect(await statusOf(setting, 'fd00:172:18::3')).toBe(503);
  setting.made.objects = [...setting.made.objects, sliceObject('web', [{...endpointOf(WEB, 0), addresses: ['fd00:10:244:2::10']}], 'IPv6')];
  expect(await statusOf(setting, 'fd00:172:18::3')).toBe(200);
  await expect(ask(setting, '127.0.0.1', {from: {kind: 'Node', name: 'sandbox-2'}})).rejects.toMatchObject({code: 'ECONNREFUSED'});
});

it('comes and goes with the Service’s policy, and cuts connections that are open then', async () => {
  const setting = start();
  const {connection} = await setting.made.network.dial(CLIENT, {host: '172.18.0.3', port: HEALTH});
  const ended = new Promise((resolve) => connection.once('end', resolve).resume());
  const isService = ({kind}: {kind?: string}): boolean => kind === 'Service';
  const others = setting.made.objects.filter((object) => !isService(object));
  setting.made.objects = [...others, balancer({externalTrafficPolicy: 'Cluster', healthCheckNodePort: undefined})];
  setting.checks.sync();
  await ended;
  await expect(ask(setting, '172.18.0.3')).rejects.toMatchObject({code: 'ECONNREFUSED'});
  setting.made.objects = [...others, balancer({healthCheckNodePort: HEALTH + 1})];
  setting.checks.sync();
  await expect(ask(setting, '172.18.0.3')).rejects.toMatchObject({code: 'ECONNREFUSED'});
  setting.made.objects = [...others, balancer()];
  setting.checks.sync();
  expect(await statusOf(setting, '172.18.0.3')).toBe(200);
  setting.checks.sync();
  expect(await statusOf(setting, '172.18.0.3')).toBe(200);
  expect(setting.log).toEqual([]);
});

it('nothing answers on a node that is stopped, on a connection that was open before neither', async () => {
  const setting = start();
  const {connection} = await setting.made.network.dial(CLIENT, {host: '172.18.0.3', port: HEALTH});
  setting.stopped.add('sandbox-2');
  let heard = 0;
  connection.on('data', () => heard++);
  connection.write('GET / HTTP/1.1\r\nHost: node\r\n\r\n');
  await expect(ask(setting, '172.18.0.3', {timeoutMs: 50})).rejects.toMatchObject({code: 'ETIMEDOUT'});
  expect(await statusOf(setting, '172.18.0.4')).toBe(503);
  expect(heard).toBe(0);
  setting.stopped.delete('sandbox-2');
  expect(await statusOf(setting, '172.18.0.3')).toBe(200);
});

it('says where the port is taken, and tries again', async () => {
  const setting = start();
  setting.checks.close();
  const taken = setting.made.network.listenAt('172.18.0.3', HEALTH, (connection) => connection.end('mine'));
  setting.checks.sync();
  expect(setting.log).toEqual([expect.stringContaining('node sandbox-2 failed to start healthcheck "kiada/web" at 172.18.0.3:32000')]);
  expect(await statusOf(setting, '172.18.0.2')).toBe(503);
  taken.close();
  setting.checks.sync();
  expect(await statusOf(setting, '172.18.0.3')).toBe(200);
});
