import type {ClusterView} from '../../model/index.ts';

const CONTROL_PLANE = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'];
/** How much more than its share an endpoint may get before hints are given up. */
const OVERLOAD = 1.2;

/** Each zone's share of allocatable CPU, or what keeps hints away from the whole cluster. */
export type Shares = {readonly shares: readonly (readonly [string, number])[]} | {readonly obstacle: string};

/** As the EndpointSlice controller weighs zones (k8s.io/endpointslice topologycache): ready nodes that are no control-plane nodes. */
export function sharesOf(view: ClusterView): Shares {
  const nodes = [...view.nodes.values()].filter((node) => node.ready && !CONTROL_PLANE.some((label) => label in node.labels));
  const bare = nodes.find((node) => node.zone === null);
  if (bare !== undefined)
    return {obstacle: `node ${bare.name} has no label topology.kubernetes.io/zone, which turns hints off for the whole cluster`};
  const unmeasured = nodes.find((node) => !node.allocatableMilliCpu);
  if (unmeasured !== undefined)
    return {obstacle: `node ${unmeasured.name} has no allocatable CPU, which turns hints off for the whole cluster`};
  const cpu = new Map<string, number>();
  for (const node of nodes) cpu.set(node.zone ?? '', (cpu.get(node.zone ?? '') ?? 0) + (node.allocatableMilliCpu ?? 0));
  if (cpu.size < 2) return {obstacle: `the nodes are in ${cpu.size === 1 ? 'one zone' : 'no zone'}; hints need two`};
  const total = [...cpu.values()].reduce((sum, value) => sum + value, 0);
  return {shares: [...cpu].map(([zone, value]) => [zone, value / total] as const)};
}

/** Whether this many ready endpoints can be split over the zones without overloading one. */
export function isSplittable(shares: readonly (readonly [string, number])[], endpoints: number): boolean {
  const least = shares.reduce((sum, [, share]) => sum + Math.ceil((endpoints * share) / OVERLOAD), 0);
  return endpoints >= shares.length && least <= endpoints;
}

/** The next numbers of endpoints that can be split, nearest first below and above. */
export function workingCounts(shares: readonly (readonly [string, number])[], near: number): readonly number[] {
  const all = Array.from({length: near + 24}, (_, index) => index + 1).filter((count) => isSplittable(shares, count));
  return [...all.filter((count) => count < near).slice(-1), ...all.filter((count) => count > near).slice(0, 3)];
}
