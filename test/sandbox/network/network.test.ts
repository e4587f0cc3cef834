import {once} from 'node:events';
import {describe, expect, it} from 'vitest';
import type {NetworkOrigin} from '../../../src/sandbox/pod-network.ts';
import {endpointOf, type PodSpec, replyOf, serviceObject, sliceObject, type TestCluster, testCluster} from './small-cluster.ts';

const PODS: readonly PodSpec[] = [
  {name: 't-1', node: 1},
  {name: 't-2', node: 2},
];
const OUTSIDE: NetworkOrigin = {kind: 'Outside'};
const pod = (name: string): NetworkOrigin => ({kind: 'Pod', namespace: 'kiada', name});
const node = (number: number): NetworkOrigin => ({kind: 'Node', name: `sandbox-${number}`});
const PORTS = [{port: 80, targetPort: 8080, nodePort: 30_080, protocol: 'TCP'}];
const CLUSTER_IP = '10.96.1.1';
const LB = '172.18.255.200';

/** t-1 on node 1, t-2 on node 2, a client t-3 on node 3, and a Service over the first two. */
function cluster(spec: Record<string, unknown> = {}, pods: readonly PodSpec[] = PODS): TestCluster {
  const made = testCluster([
    serviceObject(
      'web',
      {type: 'LoadBalancer', selector: {app: 'web'}, clusterIP: CLUSTER_IP, clusterIPs: [CLUSTER_IP], ports: PORTS, ...spec},
      {loadBalancer: {ingress: [{ip: LB}]}},
    ),
    sliceObject('web', pods.map(endpointOf)),
  ]);
  for (const [index, each] of pods.entries()) made.serve(each, index);
  made.attach({name: 't-3', node: 3}, 9);
  return made;
}

/** All that is seen over many connections: `SERVER ← SOURCE`, or the code of the failure. */
async function seen(made: TestCluster, from: NetworkOrigin, host: string, port: number): Promise<string[]> {
  const results = new Set<string>();
  for (let count = 0; count < 40; count++) {
    const result = await made.network
      .dial(from, {host, port}, {timeoutMs: 10})
      .then(async ({connection, sourceSeen, endpoint}) => {
        const [name, source] = (await replyOf(connection)).split(' ');
        expect(source).toBe(sourceSeen);
        expect(endpoint.pod?.name).toBe(name);
        return `${name} ← ${source}`;
      })
      .catch((error: {code?: string}) => error.code ?? String(error));
    results.add(result);
    if (!result.includes('←')) break;
  }
  return [...results].sort();
}

describe('policies Cluster, as a genuine cluster was observed', () => {
  it.each([
    ['a pod to the cluster IP', pod('t-3'), CLUSTER_IP, 80, ['t-1 ← 10.244.3.19', 't-2 ← 10.244.3.19']],
    ['a pod that may meet itself', pod('t-1'), CLUSTER_IP, 80, ['t-1 ← 172.18.0.2', 't-2 ← 10.244.1.10']],
    ['a node to the cluster IP', node(3), CLUSTER_IP, 80, ['t-1 ← 172.18.0.4', 't-2 ← 172.18.0.4']],
    ['outside to the cluster IP', OUTSIDE, CLUSTER_IP, 80, ['ENETUNREACH']],
    ["a pod to another node's node port", pod('t-3'), '172.18.0.2', 30_080, ['t-1 ← 172.18.0.2', 't-2 ← 172.18.0.2']],
    ["a pod to its own node's node port", pod('t-3'), '172.18.0.4', 30_080, ['t-1 ← 172.18.0.4', 't-2 ← 172.18.0.4']],
    ['outside to a node port', OUTSIDE, '172.18.0.4', 30_080, ['t-1 ← 172.18.0.4', 't-2 ← 172.18.0.4']],
    ['a node to its node port at the loopback', node(1), '127.0.0.1', 30_080, ['ECONNREFUSED']],
    ['a pod to the load balancer', pod('t-3'), LB, 80, ['t-1 ← 172.18.0.4', 't-2 ← 172.18.0.4']],
    ['a pod to a pod', pod('t-3'), '10.244.2.11', 8080, ['t-2 ← 10.244.3.19']],
    ['a node to a pod', node(1), '10.244.2.11', 8080, ['t-2 ← 172.18.0.2']],
    ['outside to a pod', OUTSIDE, '10.244.2.11', 8080, ['ENETUNREACH']],
    ['a port of a pod where nobody listens', pod('t-3'), '10.244.2.11', 9, ['ECONNREFUSED']],
    ['a port that the Service does not have', pod('t-3'), CLUSTER_IP, 81, ['ECONNREFUSED']],
    ['a cluster IP that no Service has', pod('t-3'), '10.96.9.9', 80, ['ETIMEDOUT']],
    ['a node port that no Service has', OUTSIDE, '172.18.0.2', 30_099, ['ECONNREFUSED']],
    ['beyond the sandbox', pod('t-3'), '192.0.2.1', 80, ['ENETUNREACH']],
  ])('%s', async (_name, from, host, port, expected) => {
    expect(await seen(cluster(), from, host, port)).toEqual(expected);
  });

  it('outside to the load balancer meets every node', async () => {
    const results = await seen(cluster(), OUTSIDE, LB, 80);
    expect(new Set(results.map((result) => result.split(' ← ')[1]))).toEqual(new Set(['172.18.0.2', '172.18.0.3', '172.18.0.4']));
  });
});

describe('externalTrafficPolicy Local', () => {
  const local = {externalTrafficPolicy: 'Local', healthCheckNodePort: 32_000}; // which the API allocates
  it.each([
    ['outside to the node with a pod keeps its address', OUTSIDE, '172.18.0.2', 30_080, ['t-1 ← 172.18.0.1']],
    ['outside to the node without one is dropped', OUTSIDE, '172.18.0.4', 30_080, ['ETIMEDOUT']],
    ['an address of its own from outside', {kind: 'Outside', ip: '203.0.113.9'} as const, '172.18.0.2', 30_080, ['t-1 ← 203.0.113.9']],
    ["a pod to another node comes with its node's address", pod('t-3'), '172.18.0.2', 30_080, ['t-1 ← 172.18.0.4']],
    ['a pod to its own node reaches all', pod('t-3'), '172.18.0.4', 30_080, ['t-1 ← 10.244.3.19', 't-2 ← 10.244.3.19']],
    ['the load balancer avoids the node without a pod', OUTSIDE, LB, 80, ['t-1 ← 172.18.0.1', 't-2 ← 172.18.0.1']],
  ])('%s', async (_name, from, host, port, expected) => {
    expect(await seen(cluster(local), from, host, port)).toEqual(expected);
  });
});

describe('endpoints', () => {
  it('an unready endpoint gets no connection', async () => {
    const made = cluster({}, [PODS[0] as PodSpec, {name: 't-2', node: 2, ready: false}]);
    expect(await seen(made, pod('t-3'), CLUSTER_IP, 80)).toEqual(['t-1 ← 10.244.3.19']);
  });

  it('a Service without endpoints refuses', async () => {
    expect(await seen(cluster({}, []), pod('t-3'), CLUSTER_IP, 80)).toEqual(['ECONNREFUSED']);
  });

  it('internalTrafficPolicy Local drops where the node has none', async () => {
    const made = cluster({internalTrafficPolicy: 'Local'});
    expect(await seen(made, pod('t-3'), CLUSTER_IP, 80)).toEqual(['ETIMEDOUT']);
    expect(await seen(made, node(2), CLUSTER_IP, 80)).toEqual(['t-2 ← 172.18.0.3']);
  });

  it('are chosen evenly', async () => {
    const made = cluster();
    let first = 0;
    for (let count = 0; count < 2000; count++) {
      const {endpoint, connection} = await made.network.dial(pod('t-3'), {host: CLUSTER_IP, port: 80});
      if (endpoint.pod?.name === 't-1') first++;
      connection.destroy();
    }
    expect(Math.abs(first - 1000)).toBeLessThan(150); // seven standard deviations
  });

  it('keep their open connections when they leave the Service, and reset them when the pod dies', async () => {
    const made = testCluster([
      serviceObject('web', {clusterIP: CLUSTER_IP, clusterIPs: [CLUSTER_IP], ports: PORTS}),
      sliceObject('web', [endpointOf(PODS[0] as PodSpec, 0)]),
    ]);
    const server = made.attach(PODS[0] as PodSpec, 0);
    server.listen({port: 8080}, (connection) => connection.pipe(connection));
    made.attach({name: 't-3', node: 3}, 9);
    const {connection} = await made.network.dial(pod('t-3'), {host: CLUSTER_IP, port: 80});
    made.objects = made.objects.filter(({kind}) => kind !== 'EndpointSlice');
    connection.write('still here');
    expect(String((await once(connection, 'data'))[0])).toBe('still here');
    const failure = new Promise((resolve) => connection.once('error', resolve));
    server.detach();
    expect(await failure).toMatchObject({code: 'ECONNRESET'});
    await expect(made.network.dial(pod('t-3'), {host: CLUSTER_IP, port: 80})).rejects.toMatchObject({code: 'ECONNREFUSED'});
  });
});

describe('sessionAffinity ClientIP', () => {
  const affinity = {sessionAffinity: 'ClientIP', sessionAffinityConfig: {clientIP: {timeoutSeconds: 100}}};

  function timed(time: {now: number}): TestCluster {
    const made = testCluster(cluster(affinity).objects.slice(3), {
      clock: {now: () => time.now, after: () => () => undefined},
      random: seeded(),
    });
    for (const [index, each] of PODS.entries()) made.serve(each, index);
    made.attach({name: 't-3', node: 3}, 9);
    return made;
  }

  async function podReached(made: TestCluster, from: NetworkOrigin, host = CLUSTER_IP, port = 80): Promise<string> {
    const {endpoint, connection} = await made.network.dial(from, {host, port});
    connection.destroy();
    return endpoint.pod?.name ?? '';
  }

  it('keeps a client to its endpoint until the timeout has passed since its last connection', async () => {
    const time = {now: 0};
    const made = timed(time);
    const first = await podReached(made, pod('t-3'));
    for (let count = 0; count < 20; count++) {
      time.now += 99_000;
      expect(await podReached(made, pod('t-3'))).toBe(first);
    }
    const later = new Set<string>();
    for (let count = 0; count < 20; count++) {
      time.now += 100_001;
      later.add(await podReached(made, pod('t-3')));
    }
    expect(later.size).toBe(2);
  });

  it('is per client and per node, and ends with the endpoint', async () => {
    const made = timed({now: 0});
    const clients = Array.from({length: 30}, (_, index): NetworkOrigin => ({kind: 'Outside', ip: `203.0.113.${index + 1}`}));
    const byClient = await Promise.all(clients.map((client) => podReached(made, client, '172.18.0.2', 30_080)));
    expect(new Set(byClient).size).toBe(2);
    const elsewhere = await Promise.all(clients.map((client) => podReached(made, client, '172.18.0.4', 30_080)));
    expect(elsewhere).not.toEqual(byClient);
    made.objects = made.objects.map((object) =>
      object.kind === 'EndpointSlice' ? sliceObject('web', [endpointOf(PODS[1] as PodSpec, 1)]) : object,
    );
    expect(await podReached(made, clients[byClient.indexOf('t-1')] as NetworkOrigin, '172.18.0.2', 30_080)).toBe('t-2');
  });
});

describe('a pod', () => {
  it('shares its loopback among its containers and with nobody else', async () => {
    const made = cluster();
    const one = made.attach({name: 'one', node: 1}, 20);
    const listener = one.forProcess().listen({port: 0, host: '127.0.0.1'}, (connection) => connection.end('inside'));
    expect(await replyOf(await one.forProcess().connect({host: 'localhost', port: listener.port}))).toBe('inside');
    expect(await replyOf(await one.connectLoopback(listener.port))).toBe('inside');
    await expect(made.network.dial(pod('t-3'), {host: '10.244.1.30', port: listener.port})).rejects.toMatchObject({code: 'ECONNREFUSED'});
  });

  it('cannot have two listeners at one port', () => {
    const one = cluster().attach({name: 'one', node: 1}, 20);
    const first = one.listen({port: 80}, () => undefined);
    expect(() => one.listen({port: 80, host: '127.0.0.1'}, () => undefined)).toThrow(expect.objectContaining({code: 'EADDRINUSE'}));
    first.close();
    one.listen({port: 80, host: '127.0.0.1'}, () => undefined);
    one.listen({port: 80, host: '10.244.1.30'}, () => undefined);
  });

  it('reaches a Service by its short name, and none by a name that does not exist', async () => {
    const made = cluster();
    const one = made.attach({name: 'one', node: 1}, 20);
    expect(await replyOf(await one.connect({host: 'web', port: 80}))).toMatch(/^t-[12] 10\.244\.1\.30$/);
    expect(await one.lookup('web.kiada')).toEqual([CLUSTER_IP]);
    await expect(one.lookup('wep')).rejects.toMatchObject({code: 'ENOTFOUND'});
    await expect(made.network.dial(OUTSIDE, {host: 'web', port: 80})).rejects.toMatchObject({code: 'ENOTFOUND'});
  });

  it('with hostNetwork listens on its node and connects from it', async () => {
    const made = cluster();
    const one = made.attach({name: 'one', node: 2}, 20, {hostNetwork: true, ips: ['172.18.0.3']});
    one.listen({port: 9100}, (connection) => connection.end(`one ${connection.remoteAddress}`));
    const answer = await made.network.dial(pod('t-3'), {host: '172.18.0.3', port: 9100});
    expect(await replyOf(answer.connection)).toBe('one 172.18.0.4');
    expect((await made.network.dial(pod('one'), {host: CLUSTER_IP, port: 80})).sourceSeen).toBe('172.18.0.3');
    one.detach();
    await expect(made.network.dial(pod('t-3'), {host: '172.18.0.3', port: 9100})).rejects.toMatchObject({code: 'ECONNREFUSED'});
  });

  it('loses only what one of its processes held when that process ends', async () => {
    const one = cluster().attach({name: 'one', node: 1}, 20);
    const [first, second] = [one.forProcess(), one.forProcess()];
    first.listen({port: 81}, () => undefined);
    second.listen({port: 82}, (connection) => connection.end('second'));
    const held = await one.connect({host: '127.0.0.1', port: 81});
    const ended = once(held.resume(), 'end');
    first.close();
    await ended;
    await expect(one.connect({host: '127.0.0.1', port: 81})).rejects.toMatchObject({code: 'ECONNREFUSED'});
    expect(await replyOf(await one.connect({host: '127.0.0.1', port: 82}))).toBe('second');
  });

  it('survives a program that throws while it takes a connection', async () => {
    const errors: unknown[] = [];
    const made = testCluster([], {onListenerError: (error) => errors.push(error)});
    const one = made.attach({name: 'one', node: 1}, 20);
    one.listen({port: 80}, () => {
      throw new Error('bug in the program');
    });
    const connection = await one.connect({host: '127.0.0.1', port: 80});
    const [error] = await once(connection, 'error');
    expect(error).toMatchObject({code: 'ECONNRESET'});
    expect(errors).toHaveLength(1);
  });
});

describe('a dropped connection', () => {
  it('hangs until the caller gives up', async () => {
    const controller = new AbortController();
    const made = cluster({externalTrafficPolicy: 'Local'});
    const dialed = made.network.dial(OUTSIDE, {host: '172.18.0.4', port: 30_080}, {signal: controller.signal});
    controller.abort(new Error('given up'));
    await expect(dialed).rejects.toThrow('given up');
  });

  it('comes about when the way opens before the next packet is sent again', async () => {
    const retries: (() => void)[] = [];
    const made = cluster({externalTrafficPolicy: 'Local'});
    const again = testCluster(made.objects.slice(3), {
      clock: {
        now: () => 0,
        after: (ms, callback) => {
          if (ms < 100_000) retries.push(callback);
          return () => undefined;
        },
      },
    });
    for (const [index, each] of [...PODS, {name: 't-4', node: 3}].entries()) again.serve(each, index);
    const dialed = again.network.dial(OUTSIDE, {host: '172.18.0.4', port: 30_080});
    await new Promise(setImmediate);
    again.objects = again.objects.map((object) =>
      object.kind === 'EndpointSlice' ? sliceObject('web', [...PODS, {name: 't-4', node: 3}].map(endpointOf)) : object,
    );
    retries[0]?.();
    expect((await dialed).endpoint.pod?.name).toBe('t-4');
  });
});

describe('dual stack', () => {
  it('serves both families, each with its own addresses', async () => {
    const made = testCluster([
      serviceObject('web', {
        clusterIP: CLUSTER_IP,
        clusterIPs: [CLUSTER_IP, 'fd00:10:96::1'],
        ipFamilies: ['IPv4', 'IPv6'],
        ipFamilyPolicy: 'RequireDualStack',
        ports: PORTS,
      }),
      sliceObject('web', [endpointOf(PODS[1] as PodSpec, 1)]),
      sliceObject('web', [{...endpointOf(PODS[1] as PodSpec, 1), addresses: ['fd00:10:244:2::11']}], 'IPv6'),
    ]);
    made.serve(PODS[1] as PodSpec, 1);
    const client = made.attach({name: 't-3', node: 3}, 9);
    expect(await replyOf(await client.connect({host: CLUSTER_IP, port: 80}))).toBe('t-2 10.244.3.19');
    expect(await replyOf(await client.connect({host: 'fd00:10:96::1', port: 80}))).toBe('t-2 fd00:10:244:3::19');
    expect(await client.lookup('web')).toEqual([CLUSTER_IP, 'fd00:10:96::1']);
    expect(await client.lookup('web', 6)).toEqual(['fd00:10:96::1']);
  });
});

it('a listener at an address that is no pod takes what is sent there, and the Service before it', async () => {
  const made = testCluster([
    serviceObject('kubernetes', {clusterIP: '10.96.0.1', clusterIPs: ['10.96.0.1'], ports: [{port: 443, targetPort: 6443}]}),
    sliceObject('kubernetes', [{addresses: ['172.18.0.10'], conditions: {ready: true}}], 'IPv4', 6443),
  ]);
  const client = made.attach({name: 't-3', node: 3}, 9);
  const listener = made.network.listenAt('172.18.0.10', 6443, (connection) => connection.end(`api ${connection.remoteAddress}`));
  expect(await replyOf(await client.connect({host: '10.96.0.1', port: 443}))).toBe('api 172.18.0.4');
  expect(await replyOf((await made.network.dial(OUTSIDE, {host: '172.18.0.10', port: 6443})).connection)).toBe('api 172.18.0.1');
  listener.close();
  await expect(client.connect({host: '10.96.0.1', port: 443})).rejects.toMatchObject({code: 'ECONNREFUSED'});
});

it('a stopped node loses what goes to it and through it', async () => {
  const stopped = new Set<string>();
  const base = cluster();
  const made = testCluster(base.objects.slice(3), {isNodeUp: (name) => !stopped.has(name)});
  for (const [index, each] of PODS.entries()) made.serve(each, index);
  made.attach({name: 't-3', node: 3}, 9);
  stopped.add('sandbox-2');
  expect(await seen(made, pod('t-3'), '10.244.2.11', 8080)).toEqual(['ETIMEDOUT']);
  expect(await seen(made, OUTSIDE, '172.18.0.3', 30_080)).toEqual(['ETIMEDOUT']);
  expect(await seen(made, pod('t-2'), '10.244.1.10', 8080)).toEqual(['ETIMEDOUT']);
});

/** The same numbers in each run. */
function seeded(): () => number {
  let state = 7;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
