import {hostPort} from '../../ip/index.ts';
import type {LoadEngineResult} from '../../load/index.ts';
import type {ClusterView, DistributionRow, EndpointChange, Interval, LoadDistribution, ShareRow} from '../../model/index.ts';
import type {EndpointNames} from './endpoint-names.ts';
import {readyBefore} from './endpoint-state.ts';
import type {PlannedRun} from './plan-runs.ts';

interface Counted {
  readonly requests: number;
  readonly connections: number;
}

export interface DistributionInput {
  readonly view: ClusterView;
  readonly run: PlannedRun;
  readonly result: LoadEngineResult;
  readonly changes: readonly EndpointChange[];
  readonly nameOf: EndpointNames;
}

/** Requests per endpoint, node and zone beside the predicted shares, and whether the difference is more than chance. */
export async function distributionOf(input: DistributionInput): Promise<LoadDistribution> {
  const {testDistribution, wilsonInterval} = await import('../../load/index.ts');
  const {run, result, changes} = input;
  const counts = countByEndpoint(input);
  const total = [...counts.values()].reduce((sum, count) => sum + count.requests, 0);
  const intervalOf = (share: number): Interval => {
    const [low, high] = wilsonInterval(share * result.effectiveDraws, result.effectiveDraws);
    return {low, high};
  };
  const rows = rowsOf(input, counts, total, intervalOf);
  const test = testDistribution({
    expected: rows.filter((row) => row.predicted > 0).map((row) => ({name: row.endpoint, probability: row.predicted})),
    connections: new Map([...counts].map(([name, count]) => [name, count.connections])),
    requests: total,
    affinityKeys: run.route.affinity === null ? null : run.entries,
    changes: changes.filter((change) => (change.after?.ready ?? false) !== readyBefore(change)).length,
  });
  return {
    rows,
    nodes: together(rows, (row) => row.node, total, intervalOf),
    zones: together(rows, (row) => row.zone, total, intervalOf),
    unidentified: result.unidentified,
    effectiveDraws: result.effectiveDraws,
    test,
  };
}

function rowsOf(
  {view, run, changes}: DistributionInput,
  counts: ReadonlyMap<string, Counted>,
  total: number,
  intervalOf: (share: number) => Interval,
): readonly DistributionRow[] {
  const names = new Set([...run.predicted.map((endpoint) => hostPort(endpoint.address, endpoint.port)), ...counts.keys()]);
  return [...names].map((name) => {
    const known =
      run.predicted.find((endpoint) => hostPort(endpoint.address, endpoint.port) === name) ?? latest(changes, name) ?? podAt(view, name);
    const {requests: count = 0, connections = 0} = counts.get(name) ?? {};
    const observed = total === 0 ? 0 : count / total;
    return {
      endpoint: name,
      pod: known?.pod ?? null,
      node: known?.node ?? null,
      zone: known?.zone ?? null,
      predicted: known !== null && 'probability' in known ? known.probability : 0,
      observed,
      interval: intervalOf(observed),
      count,
      connections,
    };
  });
}

/** What the slices last said of an endpoint that was not there at the start. */
function latest(changes: readonly EndpointChange[], name: string) {
  const last = changes.findLast((change) => change.endpoint === name);
  return last?.after ?? last?.before ?? null;
}

function podAt(view: ClusterView, endpoint: string): {pod: string; node: string | null; zone: string | null} | null {
  const address = endpoint.startsWith('[') ? endpoint.slice(1, endpoint.indexOf(']')) : endpoint.split(':')[0];
  const pod = view.pods.get(view.podsByIP.get(address ?? '')?.[0] ?? '');
  return pod === undefined ? null : {pod: pod.name, node: pod.nodeName, zone: view.nodes.get(pod.nodeName ?? '')?.zone ?? null};
}

function countByEndpoint({result, nameOf}: DistributionInput): ReadonlyMap<string, Counted> {
  const counts = new Map<string, Counted>();
  for (const tally of result.endpoints) {
    const name = nameOf(tally.endpoint);
    const before = counts.get(name) ?? {requests: 0, connections: 0};
    counts.set(name, {requests: before.requests + tally.requests, connections: before.connections + tally.connections});
  }
  return counts;
}

function together(
  rows: readonly DistributionRow[],
  groupOf: (row: DistributionRow) => string | null,
  total: number,
  intervalOf: (share: number) => Interval,
): readonly ShareRow[] {
  const names = [...new Set(rows.map(groupOf))].toSorted((one, other) => ((one ?? '~') < (other ?? '~') ? -1 : 1));
  return names.map((name) => {
    const own = rows.filter((row) => groupOf(row) === name);
    const count = own.reduce((sum, row) => sum + row.count, 0);
    const predicted = own.reduce((sum, row) => sum + row.predicted, 0);
    const observed = total === 0 ? 0 : count / total;
    return {name, predicted, observed, interval: intervalOf(observed), count};
  });
}
