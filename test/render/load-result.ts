import type {DistributionRow, LoadResult, LoadRunResult, LoadSource} from '../../src/model/index.ts';

const START = Date.parse('2026-11-20T10:00:00.000Z');

function at(ms: number): string {
  return new Date(START + ms).toISOString();
}

function rowOf(index: number, observed: number): DistributionRow {
  return {
    endpoint: `10.244.${index}.5:8080`,
    pod: `kiada-00${index}`,
    node: `sandbox-${index}`,
    zone: `zone-${'abc'[index - 1]}`,
    predicted: 1 / 3,
    observed,
    interval: {low: observed - 0.02, high: observed + 0.02},
    count: Math.round(observed * 12_000),
    connections: Math.round(observed * 12_000),
  };
}

/** A run of 20 seconds in which a pod was taken away. */
export function loadRun(more: Partial<LoadRunResult> = {}): LoadRunResult {
  const rows = [rowOf(1, 0.35), rowOf(2, 0.33), rowOf(3, 0.32)];
  const share = ({node, zone, predicted, observed, interval, count}: DistributionRow) => ({
    node: {name: node, predicted, observed, interval, count},
    zone: {name: zone, predicted, observed, interval, count},
  });
  return {
    via: 'nodeport',
    from: 'outside',
    entryNode: 'sandbox-1',
    address: '172.18.0.2',
    port: 30_080,
    startedAt: at(0),
    durationMs: 20_000,
    requests: 12_000,
    succeeded: 11_988,
    requestsPerSecond: 600,
    bytesReceived: 8_400_000,
    bytesSent: 900_000,
    connectionsOpened: 12_000,
    missedStarts: 3,
    errors: {refused: 0, timeout: 0, reset: 10, status: 2, other: 0},
    statusCodes: {200: 11_988, 503: 2},
    latencyMs: {mean: 3.1, p50: 2.6, p90: 5.1, p95: 7.2, p99: 14.4, p999: 41, max: 88},
    latencyIntervals: {p50: {low: 2.5, high: 2.7}, p90: {low: 4.9, high: 5.3}, p99: {low: 13, high: 16.1}},
    latencyHistogram: Array.from({length: 20}, (_, index) => ({
      upToMs: 10 ** (index / 10),
      count: Math.round(4_000 * Math.exp(-((index - 5) ** 2) / 12)),
    })),
    timeline: Array.from({length: 20}, (_, index) => ({
      atMs: index * 1_000,
      requests: 600 - (index === 9 ? 180 : index % 4) * 1,
      errors: index === 9 ? 12 : 0,
      p50Ms: 2.5 + Math.sin(index) * 0.3,
      p99Ms: index === 9 ? 31 : 12 + (index % 5),
    })),
    distribution: {
      rows,
      nodes: rows.map((row) => share(row).node),
      zones: rows.map((row) => share(row).zone),
      unidentified: 0,
      effectiveDraws: 12_000,
      test: {
        method: 'none',
        pValue: null,
        verdict: 'undecided',
        note: 'the endpoints changed twice during the run: the prediction is that of its start',
      },
    },
    sourcesSeen: ['172.18.0.2'],
    endpointChanges: [
      {time: at(9_100), endpoint: '10.244.3.5:8080', change: 'changed', reason: 'pod kiada-003 is terminating'},
      {time: at(11_400), endpoint: '10.244.3.5:8080', change: 'removed', reason: 'the pod is gone'},
      {time: at(12_000), endpoint: '10.244.1.9:8080', change: 'added', reason: null},
    ],
    failures: Array.from({length: 12}, (_, index) => ({
      time: at(9_200 + index * 40),
      endpoint: index === 0 ? null : '10.244.3.5:8080',
      suspect: index === 0 ? '10.244.3.5:8080' : null,
      kind: index < 10 ? 'reset' : 'status',
      detail: index < 10 ? 'the connection ended before an answer' : 'HTTP 503',
      endpointState: 'serving-terminating',
      agent: null,
    })),
    drains: [
      {
        endpoint: '10.244.3.5:8080',
        pod: 'kiada-003',
        leftAt: at(9_100),
        became: 'serving-terminating',
        goneAt: at(11_400),
        failuresBefore: 0,
        failuresAfter: 12,
        lastFailureMs: 540,
        lastAnswerAt: at(9_700),
      },
    ],
    sources: [],
    lostAgents: [],
    ...more,
  };
}

/** A run of three agents, of which one was lost and one keeps to the endpoint of its node. */
export function sharedRun(): LoadRunResult {
  const run = loadRun({
    from: '3 agents',
    via: 'clusterip',
    entryNode: null,
    address: '10.96.0.7',
    port: 80,
    endpointChanges: [],
    drains: [],
  });
  const sourceOf = (index: number, shares: readonly number[], pValue: number): LoadSource => ({
    agent: `kiada-agent-1a2b3c4d-${index}-xyz`,
    node: `sandbox-${index}`,
    zone: `zone-${'abc'[index - 1]}`,
    entryNode: `sandbox-${index}`,
    startedAt: at(index * 2),
    durationMs: 20_000,
    requests: 4_000,
    succeeded: index === 2 ? 3_988 : 4_000,
    requestsPerSecond: 200,
    connectionsOpened: 4_000,
    missedStarts: 0,
    errors: {refused: 0, timeout: 0, reset: index === 2 ? 10 : 0, status: index === 2 ? 2 : 0, other: 0},
    latencyMs: {mean: 3.1, p50: 2.6, p90: 5.1, p95: 7.2, p99: 14.4, p999: 41, max: 88},
    distribution: {
      ...run.distribution,
      rows: run.distribution.rows.map((row, at) => ({
        ...row,
        predicted: shares[at] ?? 0,
        observed: shares[at] ?? 0,
        count: (shares[at] ?? 0) * 4_000,
      })),
      test: {method: 'chi-square', pValue, verdict: 'as-predicted', note: ''},
    },
    sourcesSeen: [`10.244.${index}.9`],
  });
  return {
    ...run,
    failures: run.failures.map((failure) => ({...failure, agent: 'kiada-agent-1a2b3c4d-2-xyz'})),
    sources: [sourceOf(1, [1, 0, 0], 1), sourceOf(2, [1 / 3, 1 / 3, 1 / 3], 0.41), sourceOf(3, [0, 0, 1], 1)],
    lostAgents: [
      {
        agent: 'kiada-agent-1a2b3c4d-3-xyz',
        node: 'sandbox-3',
        zone: 'zone-c',
        at: at(12_000),
        why: 'nothing was heard of it for 15 s',
        requests: 4_000,
      },
    ],
  };
}

export function loadResult(more: Partial<LoadResult> = {}): LoadResult {
  return {
    target: 'svc/kiada',
    plan: {
      protocol: 'http/1.1',
      mode: 'open',
      rate: 600,
      connections: 16,
      connectionPerRequest: true,
      durationMs: 20_000,
      requests: null,
      workers: 1,
      agents: null,
    },
    runs: [loadRun()],
    missedThresholds: ['errors>0 (nodeport)'],
    comparison: {
      with: 'old.json',
      planDifferences: ['connections: 8 then, 16 now'],
      rows: [
        {
          via: 'nodeport',
          metric: 'requestsPerSecond',
          before: 500,
          after: 600,
          change: 1.2,
          interval: {low: 1.1, high: 1.3},
          verdict: 'better',
        },
        {
          via: 'nodeport',
          metric: 'p99',
          before: 10,
          after: 14.4,
          change: 1.44,
          interval: {low: 0.9, high: 2.1},
          verdict: 'no difference shown',
        },
        {
          via: 'nodeport',
          metric: 'errorShare',
          before: 0,
          after: 0.001,
          change: 0.001,
          interval: {low: 0.0005, high: 0.002},
          verdict: 'worse',
        },
      ],
    },
    ...more,
  };
}
