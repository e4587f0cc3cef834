import {hostPort} from '../../ip/index.ts';
import type {EndpointTally, LoadEngineResult} from '../../load/index.ts';
import type {ClusterView, DistributionRow, LoadRunResult, RouteEndpoint} from '../../model/index.ts';
import type {PlannedRun} from './plan-runs.ts';

interface Counted {
  readonly requests: number;
  readonly connections: number;
}

/** Requests per endpoint beside the predicted shares, and whether the difference is more than chance. */
export async function distributionOf(view: ClusterView, run: PlannedRun, result: LoadEngineResult): Promise<LoadRunResult['distribution']> {
  const {testDistribution} = await import('../../load/index.ts');
  const counts = countByEndpoint(view, run.predicted, result.endpoints);
  const total = [...counts.values()].reduce((sum, count) => sum + count.requests, 0);
  const rows = rowsOf(view, run.predicted, counts, total);
  const test = testDistribution({
    expected: rows.filter((row) => row.predicted > 0).map((row) => ({name: row.endpoint, probability: row.predicted})),
    connections: new Map([...counts].map(([name, count]) => [name, count.connections])),
    requests: total,
    affinityKeys: run.route.affinity === null ? null : run.entries,
  });
  return {rows, unidentified: result.unidentified, test};
}

function rowsOf(
  view: ClusterView,
  predicted: readonly RouteEndpoint[],
  counts: ReadonlyMap<string, Counted>,
  total: number,
): readonly DistributionRow[] {
  const names = new Set([...predicted.map((endpoint) => hostPort(endpoint.address, endpoint.port)), ...counts.keys()]);
  return [...names].map((name) => {
    const known = predicted.find((endpoint) => hostPort(endpoint.address, endpoint.port) === name);
    const pod = known?.pod ?? podNamed(view, name);
    const count = counts.get(name)?.requests ?? 0;
    return {
      endpoint: name,
      pod,
      node: known?.node ?? null,
      zone: known?.zone ?? null,
      predicted: known?.probability ?? 0,
      observed: total === 0 ? 0 : count / total,
      count,
    };
  });
}

/** Answers name a pod, or the dialer an address; both are brought to the endpoint's address and port. */
function countByEndpoint(
  view: ClusterView,
  predicted: readonly RouteEndpoint[],
  tallies: readonly EndpointTally[],
): ReadonlyMap<string, Counted> {
  const counts = new Map<string, Counted>();
  for (const tally of tallies) {
    const name = endpointNamed(view, predicted, tally.endpoint);
    const before = counts.get(name) ?? {requests: 0, connections: 0};
    counts.set(name, {requests: before.requests + tally.requests, connections: before.connections + tally.connections});
  }
  return counts;
}

function endpointNamed(view: ClusterView, predicted: readonly RouteEndpoint[], name: string): string {
  const byPod = predicted.find((endpoint) => endpoint.pod === name);
  if (byPod !== undefined) return hostPort(byPod.address, byPod.port);
  const pod = [...view.pods.values()].find((candidate) => candidate.name === name);
  const port = predicted[0]?.port;
  return pod?.ips[0] !== undefined && port !== undefined ? hostPort(pod.ips[0], port) : name;
}

function podNamed(view: ClusterView, endpoint: string): string | null {
  const address = endpoint.startsWith('[') ? endpoint.slice(1, endpoint.indexOf(']')) : endpoint.split(':')[0];
  const key = view.podsByIP.get(address ?? '')?.[0];
  return key === undefined ? null : (key.split('/')[1] ?? null);
}
