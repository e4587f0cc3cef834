import type {
  DnsResolveResult,
  EndpointChange,
  EndpointStatus,
  LoadResult,
  ProbeResult,
  SandboxStatusResult,
} from '../../src/model/index.ts';

// Results that only a running cluster gives.

const SERVICE = {kind: 'Service', namespace: 'kiada', name: 'quote'};

export function status(pod: string, fields: Partial<EndpointStatus> = {}): EndpointStatus {
  return {
    service: SERVICE,
    address: '10.244.1.7',
    family: 'IPv4',
    ports: [{name: 'http', port: 80, protocol: 'TCP'}],
    ready: true,
    serving: true,
    terminating: false,
    pod,
    node: 'sandbox-1',
    zone: 'zone-a',
    hints: {zones: [], nodes: []},
    slice: 'quote-1',
    managedBy: 'endpointslice-controller.k8s.io',
    reason: null,
    detail: null,
    since: null,
    ...fields,
  };
}

const NOT_READY = {
  ready: false,
  serving: false,
  reason: 'NotReady',
  detail: 'readiness probe failed: HTTP 503',
  since: '2026-03-01T08:59:58Z',
};
const STREAM = {service: null, endpoint: null, before: null, after: null};
const ONE = {time: '2026-03-01T09:00:01.250Z', service: SERVICE, endpoint: '10.244.1.7:80'};

export const CHANGES: readonly EndpointChange[] = [
  {...ONE, type: 'added', before: null, after: status('quote-001'), reason: null},
  {...STREAM, time: '2026-03-01T09:00:00.000Z', type: 'synced', reason: null},
  {
    ...ONE,
    type: 'changed',
    before: status('quote-001'),
    after: status('quote-001', NOT_READY),
    reason: 'no longer ready: readiness probe failed: HTTP 503',
  },
  {
    ...ONE,
    type: 'changed',
    before: status('quote-001'),
    after: status('quote-001', {ready: false, terminating: true}),
    reason: 'terminating',
  },
  {...ONE, type: 'removed', before: status('quote-001'), after: null, reason: 'pod quote-001 is gone'},
  {...STREAM, time: '2026-03-01T09:00:09.500Z', type: 'resynced', reason: 'the watch had to start over'},
];

const row = (pod: string, host: string, fields: object = {}) => ({
  address: host,
  port: 80,
  pod,
  apiReady: true,
  probe: {kind: 'httpGet' as const, outcome: 'success' as const, detail: 'ok', durationMs: 3.2},
  agree: true,
  ...fields,
});
const failed = {kind: 'httpGet' as const, outcome: 'failure' as const, detail: 'HTTP probe failed with statuscode: 404', durationMs: 1.1};

export const PROBE: ProbeResult = {
  verdict: 'unhealthy',
  waitedMs: 12,
  targets: [
    {
      target: 'svc/quote',
      verdict: 'healthy',
      ready: 1,
      total: 4,
      via: null,
      from: null,
      endpoints: [
        row('quote-001', '10.244.2.6'),
        row('quote-002', '10.244.3.6', {probe: failed, agree: false}),
        row('quote-003', '10.244.1.7', {apiReady: false, agree: false}),
        row('quote-canary', '10.244.2.7', {
          probe: {kind: 'exec', outcome: 'unknown', detail: 'no right to exec', durationMs: 0},
          agree: null,
        }),
      ],
      findings: [],
      unknown: [{what: 'pods in namespace kiada', why: 'the right to list pods in namespace kiada is missing'}],
    },
    {
      target: 'svc/kiada',
      verdict: 'unhealthy',
      ready: 1,
      total: 2,
      via: 'nodeport',
      from: 'outside',
      endpoints: [
        row('kiada-001', '10.244.1.5', {port: 8080}),
        row('kiada-001', '172.18.0.2', {
          port: 30_080,
          pod: null,
          probe: {kind: 'httpGet', outcome: 'failure', detail: 'timed out after 3000 ms', durationMs: 3000.4},
          agree: false,
        }),
      ],
      findings: [],
      unknown: [],
    },
  ],
};

const interval = {low: 0.3, high: 0.37};
const share = (pod: string, host: string, observed: number, count: number) => ({
  endpoint: `${host}:8080`,
  pod,
  node: `sandbox-${host.split('.')[2]}`,
  zone: 'zone-a',
  predicted: 1 / 3,
  observed,
  interval,
  count,
  connections: count,
});

const RUN: LoadResult['runs'][number] = {
  via: 'nodeport',
  from: 'outside',
  entryNode: 'sandbox-1',
  address: '172.18.0.2',
  port: 30_080,
  startedAt: '2026-03-01T09:00:00Z',
  durationMs: 1244,
  requests: 3000,
  succeeded: 3000,
  requestsPerSecond: 2411.6,
  bytesReceived: 1_000_000,
  bytesSent: 100_000,
  connectionsOpened: 3000,
  missedStarts: 0,
  errors: {refused: 0, timeout: 0, reset: 0, status: 0, other: 0},
  statusCodes: {200: 3000},
  latencyMs: {mean: 3.4, p50: 3.1, p90: 5.8, p95: 7, p99: 9.7, p999: 12, max: 14.2},
  latencyIntervals: {p50: {low: 3, high: 3.2}, p90: {low: 5.6, high: 6}, p99: {low: 9, high: 10.2}},
  latencyHistogram: [],
  timeline: [],
  distribution: {
    rows: [
      share('kiada-001', '10.244.1.5', 0.339, 1017),
      share('kiada-002', '10.244.2.4', 0.327, 981),
      share('kiada-003', '10.244.3.4', 0.334, 1002),
    ],
    nodes: [],
    zones: [],
    unidentified: 0,
    effectiveDraws: 3000,
    test: {method: 'chi-square', pValue: 0.61, verdict: 'as-predicted', note: '3,000 draws would show a skew of 4 %'},
  },
  sourcesSeen: ['172.18.0.2'],
  endpointChanges: [],
  failures: [],
  drains: [],
  sources: [],
  lostAgents: [],
};

const BROKEN: typeof RUN = {
  ...RUN,
  via: 'clusterip',
  from: 'pod/kiada-001',
  entryNode: 'sandbox-1',
  address: '10.96.0.7',
  port: 80,
  succeeded: 2950,
  errors: {refused: 0, timeout: 0, reset: 12, status: 38, other: 0},
  statusCodes: {200: 2950, 503: 38},
  distribution: {...RUN.distribution, unidentified: 7, test: {method: 'exact', pValue: 0.00002, verdict: 'skewed', note: ''}},
  sourcesSeen: ['10.244.1.1', '10.244.1.2', '10.244.1.3', '10.244.1.4', '10.244.1.5'],
  endpointChanges: [{time: '2026-03-01T09:00:00.500Z', endpoint: '10.244.2.4:8080', change: 'changed', reason: 'terminating'}],
  failures: [
    {
      time: '2026-03-01T09:00:00.600Z',
      endpoint: '10.244.2.4:8080',
      suspect: null,
      kind: 'reset',
      detail: '',
      endpointState: 'serving-terminating',
      agent: null,
    },
  ],
};

export const LOAD: LoadResult = {
  target: 'svc/kiada',
  plan: {
    protocol: 'http/1.1',
    mode: 'closed',
    rate: null,
    connections: 16,
    connectionPerRequest: true,
    durationMs: null,
    requests: 3000,
    workers: 1,
    agents: null,
  },
  runs: [RUN, BROKEN],
  missedThresholds: ['errors>0.1% (clusterip)'],
  comparison: null,
};

export const SANDBOX: SandboxStatusResult = {
  name: 'default',
  running: true,
  context: 'kiada-sandbox',
  kubeconfig: '/home/me/.kube/config',
  server: 'https://127.0.0.1:41231',
  dataDir: '/home/me/.local/share/kiada/sandboxes/default',
  pid: 4711,
  startedAt: '2026-03-01T08:00:00Z',
  residentBytes: 123 * 1_048_576,
  nodes: [1, 2, 3].map((number) => ({
    name: `sandbox-${number}`,
    zone: `zone-${'abc'[number - 1]}`,
    addresses: [`172.18.0.${number + 1}`, `fc00:18::${number + 1}`],
    ready: number !== 3,
  })),
  dns: {address: '127.0.0.1', port: 40_053},
  socks5: {address: '127.0.0.1', port: 41_080, password: 'secret'},
  nodePorts: [
    {service: {kind: 'Service', namespace: 'kiada', name: 'kiada'}, port: 30_080, protocol: 'TCP', address: '127.0.0.1', why: null},
    {
      service: {kind: 'Service', namespace: 'kiada', name: 'kiada'},
      port: 30_443,
      protocol: 'UDP',
      address: null,
      why: 'port 30443 is taken on this host',
    },
  ],
};

const RECORD = {name: 'quote.kiada.svc.cluster.local.', type: 'A', ttl: 5, data: '10.96.0.7'};
export const DISAGREEMENT: DnsResolveResult = {
  name: 'quote',
  type: 'A',
  from: 'pod/kiada-001',
  resolver: {nameservers: ['10.96.0.10'], search: ['kiada.svc.cluster.local', 'svc.cluster.local', 'cluster.local'], options: ['ndots:5']},
  found: null,
  steps: [{query: 'quote.kiada.svc.cluster.local.', type: 'A', rcode: 'NOERROR', records: [{...RECORD, data: '10.96.0.99'}]}],
  predicted: {rcode: 'NOERROR', records: [RECORD]},
  observed: {rcode: 'NOERROR', records: [{...RECORD, data: '10.96.0.99'}], server: '127.0.0.1:40053'},
  answers: [
    {server: 'pod kube-system/coredns-a', rcode: 'NOERROR', records: [RECORD], agree: true, problem: null},
    {server: '127.0.0.1:40053', rcode: 'NOERROR', records: [{...RECORD, data: '10.96.0.99'}], agree: false, problem: null},
  ],
  agree: false,
};
/** What an agent found in a pod, and how it was answered. */
const INSIDE = {server: '10.96.0.99:53 from pod/kiada-001', agree: null, problem: null} as const;
export const FOUND_RESOLVER: DnsResolveResult = {
  ...DISAGREEMENT,
  resolver: {...DISAGREEMENT.resolver, nameservers: ['10.96.0.99']},
  found: {
    at: 'pod/kiada-001',
    predicted: DISAGREEMENT.resolver,
    differences: ['nameserver: found 10.96.0.99, predicted 10.96.0.10'],
  },
  observed: {rcode: 'NOERROR', records: [RECORD], server: INSIDE.server},
  answers: [{...INSIDE, rcode: 'NOERROR', records: [RECORD], agree: true}],
};
export const NO_ANSWER: DnsResolveResult = {
  ...DISAGREEMENT,
  found: {at: 'pod/kiada-001', predicted: DISAGREEMENT.resolver, differences: []},
  observed: null,
  answers: [
    {
      ...INSIDE,
      rcode: null,
      records: [],
      problem: 'the resolver of pod/kiada-001 gives no answer: no answer from the DNS server 10.96.0.99:53',
    },
  ],
  agree: null,
};
