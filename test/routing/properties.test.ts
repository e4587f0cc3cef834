import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {canonicalIP} from '../../src/ip/index.ts';
import type {ClusterView, KubernetesObject, Path, ViewOptions} from '../../src/model/index.ts';
import {isMasqueraded, judgePacket, route, updateView} from '../../src/routing/index.ts';
import {endpoint, nodeIP, podIP, rig, service, slice} from './cluster.ts';

const policy = fc.constantFrom('Cluster', 'Local');
const endpoints = fc.array(
  fc.record({
    node: fc.integer({min: 1, max: 3}),
    host: fc.integer({min: 5, max: 9}),
    ready: fc.boolean(),
    serving: fc.boolean(),
    terminating: fc.boolean(),
    hint: fc.constantFrom('none', 'zone', 'node'),
  }),
  {maxLength: 6},
);
const specs = fc.record(
  {
    type: fc.constantFrom('ClusterIP', 'NodePort', 'LoadBalancer'),
    internalTrafficPolicy: policy,
    externalTrafficPolicy: policy,
    externalIPs: fc.constantFrom([], ['192.0.2.80']),
    loadBalancerSourceRanges: fc.constantFrom([], ['203.0.113.0/25'], ['203.0.113.0/25', ' 0.0.0.0/0'], ['172.30.0.0/24']),
    sessionAffinity: fc.constantFrom('None', 'ClientIP'),
    healthCheckNodePort: fc.constant(31_000),
  },
  {requiredKeys: ['type']},
);
const options: fc.Arbitrary<Partial<ViewOptions>> = fc.record({
  proxyMode: fc.constantFrom('nftables', 'iptables', 'ipvs'),
  masqueradeAll: fc.boolean(),
  masqueradeToPodGateway: fc.boolean(),
  podTrafficToNodesMasqueraded: fc.boolean(),
});
const clusters: fc.Arbitrary<ClusterView> = fc
  .record({spec: specs, endpoints, options})
  .map(({spec, endpoints: list, options: chosen}) => rig([service(spec), slice(list.map(made))], chosen));

const VANTAGES = ['pod/t-1', 'pod/t-2', 'pod/t-3', 'node/node1', 'node/node3', 'outside', 'outside/203.0.113.7', 'outside/198.51.100.7'];
const PATHS: readonly Path[] = ['clusterip', 'nodeport', 'loadbalancer', 'externalip'];

function made({
  node,
  host,
  ready,
  serving,
  terminating,
  hint,
}: {
  node: number;
  host: number;
  ready: boolean;
  serving: boolean;
  terminating: boolean;
  hint: string;
}) {
  const zone = hint === 'zone' ? {forZones: [{name: `zone-${'abc'[node - 1]}`}]} : {};
  const hints = hint === 'node' ? {forNodes: [{name: `node${node}`}]} : zone;
  return endpoint(node, {addresses: [`10.244.${node}.${host}`], conditions: {ready, serving, terminating}, hints});
}

function everyRoute(view: ClusterView) {
  return VANTAGES.flatMap((from) => PATHS.flatMap((via) => route(view, {service: {namespace: 'default', name: 't'}, from, via})));
}

describe('whatever the policies, hints, conditions and modes', () => {
  it('probabilities sum to one where the verdict is forward, and there are none elsewhere', () => {
    fc.assert(
      fc.property(clusters, (view) => {
        for (const found of everyRoute(view)) {
          const sum = found.endpoints.reduce((total, {probability}) => total + probability, 0);
          expect(sum).toBeCloseTo(found.verdict === 'forward' ? 1 : 0, 9);
        }
      }),
    );
  });

  it('each endpoint of the path is either chosen or left out with a reason, never both', () => {
    fc.assert(
      fc.property(clusters, (view) => {
        const all = new Set(view.slices.get('default/t-1')?.endpoints.map(({address}) => address));
        for (const found of everyRoute(view).filter(({verdict}) => verdict === 'forward')) {
          const chosen = found.endpoints.map(({address}) => address);
          const left = found.excluded.map(({address}) => address);
          expect(new Set([...chosen, ...left])).toEqual(all);
          expect(chosen.filter((address) => left.includes(address))).toEqual([]);
          for (const {reason, detail} of found.excluded) expect(reason.length * detail.length).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('a route says what judgePacket says on its entry node, for every vantage', () => {
    fc.assert(
      fc.property(clusters, (view) => {
        for (const found of everyRoute(view).filter(({entryNode}) => entryNode !== null)) agree(view, found);
      }),
    );
  });

  it('a reason is always given, and steps end in what the verdict says', () => {
    fc.assert(
      fc.property(clusters, (view) => {
        for (const found of everyRoute(view)) {
          expect(found.reason).not.toBe('');
          const last = found.steps.at(-1)?.action;
          if (found.verdict === 'forward') expect(last).toBe('deliver');
          if (found.verdict === 'reject' || found.verdict === 'drop') expect(last).toBe(found.verdict);
        }
      }),
    );
  });
});

function agree(view: ClusterView, found: ReturnType<typeof route>[number]): void {
  const sources = found.from.kind === 'Outside' ? [found.from.ip ?? '198.51.100.1'] : arrivals(view, found);
  const answers = sources.map((sourceIP) =>
    judgePacket(view, {
      node: found.entryNode as string,
      sourceIP,
      destinationIP: found.address as string,
      destinationPort: found.port as number,
      protocol: 'TCP',
    }),
  );
  const hostDropped = found.verdict === 'drop' && view.options.proxyMode === 'iptables' && found.from.kind === 'Node';
  expect(answers.map(({verdict}) => (verdict === 'ignore' ? 'unreachable' : verdict))).toContain(
    hostDropped ? answers[0]?.verdict : found.verdict,
  );
  if (found.verdict !== 'forward') return;
  const [answer] = answers.filter(({verdict}) => verdict === 'forward');
  expect(found.endpoints.map(({address, port, probability}) => ({address, port, probability}))).toEqual(answer?.endpoints);
  const entry = Number(found.entryNode?.slice(-1));
  for (const {address, sourceSeen} of found.endpoints) {
    if (answer && isMasqueraded(answer, address, sources[0] as string)) expect([nodeIP(entry), `10.244.${entry}.1`]).toContain(sourceSeen);
    else expect(sourceSeen).toBe(found.from.kind === 'Outside' ? found.from.ip : sources[0]);
  }
}

/** The address with which a pod or node arrives at the entry node. */
function arrivals(view: ClusterView, found: ReturnType<typeof route>[number]): readonly string[] {
  const elsewhere = found.from.node !== found.entryNode && view.options.podTrafficToNodesMasqueraded;
  const number = Number(found.from.node?.slice(-1));
  return [found.from.kind === 'Pod' && elsewhere ? nodeIP(number) : (found.from.ip as string)];
}

describe('judgePacket', () => {
  it('never throws, whatever the packet', () => {
    const address = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.string(),
      fc.constantFrom('10.96.0.50', nodeIP(1), podIP(1), '127.0.0.1', '::1', '172.32.0.1'),
    );
    fc.assert(
      fc.property(
        clusters,
        fc.record({
          node: fc.constantFrom('node1', 'node9', ''),
          sourceIP: address,
          destinationIP: address,
          destinationPort: fc.constantFrom(80, 30_080, 31_000, 0, -1, Number.NaN),
          protocol: fc.constantFrom('TCP' as const, 'UDP' as const, 'SCTP' as const),
        }),
        (view, packet) => {
          const {verdict, endpoints} = judgePacket(view, packet);
          expect(endpoints.length > 0).toBe(verdict === 'forward');
        },
      ),
      {numRuns: 500},
    );
  });

  it('masquerades a pod that reaches itself, and says which Service port it was', () => {
    const view = rig([service({sessionAffinity: 'ClientIP'}), slice()]);
    const answer = judgePacket(view, {
      node: 'node1',
      sourceIP: podIP(1),
      destinationIP: '10.96.0.50',
      destinationPort: 80,
      protocol: 'TCP',
    });
    expect(answer).toMatchObject({
      verdict: 'forward',
      masquerade: false,
      path: 'clusterip',
      affinitySeconds: 10_800,
      trafficPolicy: 'Cluster',
      servicePort: {namespace: 'default', name: 't', portName: '', protocol: 'TCP', port: 80},
    });
    expect(answer.endpoints.map(({address}) => isMasqueraded(answer, address, podIP(1)))).toEqual([true, false]);
  });

  it('takes other spellings of an address', () => {
    const view = rig([service({}), slice()]);
    expect(canonicalIP('010.096.000.050')).toBe('10.96.0.50');
    expect(
      judgePacket(view, {node: 'node1', sourceIP: podIP(1), destinationIP: '010.096.000.050', destinationPort: 80, protocol: 'TCP'})
        .verdict,
    ).toBe('forward');
  });

  it('answers anew after an update', () => {
    const view: ClusterView = rig([service({}), slice()]);
    const packet = {node: 'node1', sourceIP: podIP(3), destinationIP: '10.96.0.50', destinationPort: 80, protocol: 'TCP' as const};
    expect(judgePacket(view, packet).endpoints).toHaveLength(2);
    const changed: KubernetesObject = slice([endpoint(1)]);
    const after = updateView(view, {type: 'MODIFIED', object: changed});
    expect(judgePacket(after, packet).endpoints).toHaveLength(1);
    expect(judgePacket(view, packet).endpoints).toHaveLength(2);
  });
});
