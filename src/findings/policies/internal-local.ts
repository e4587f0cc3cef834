import {localSplit} from '../paths/local-nodes.ts';
import type {Rule} from '../rule.ts';
import {names, patchService} from '../words.ts';

export const internalLocal: Rule = {
  code: 'KIA0501',
  name: 'InternalLocalNodesWithoutEndpoint',
  severity: 'warning',
  certainty: 'proven',
  summary: 'With internalTrafficPolicy Local, pods on some nodes cannot use the cluster IP.',
  why: 'A node sends what comes to the cluster IP only to its own endpoints then, and drops it where it has none: callers there run into a time-out. There is no falling back.',
  remedy: 'Run the pods as a DaemonSet, or prefer the own node with trafficDistribution PreferSameNode, which falls back.',
  needs: ['endpointslices', 'nodes', 'pods'],
  live: true,
  *check(facts, service) {
    if (service.internalTrafficPolicy !== 'Local' || service.headless || service.type === 'ExternalName') return;
    const callers = nodesWithPods(facts.view.pods.values());
    const nodes = [...facts.view.nodes.values()].filter((node) => node.ready && callers.has(node.name)).map((node) => node.name);
    const {has, lacks} = localSplit(facts, service, nodes);
    if (has.length === 0 || lacks.length === 0) return;
    yield {
      message: `pods on ${names(lacks)} cannot use its cluster IP: no endpoint is there (internalTrafficPolicy Local)`,
      evidence: [`with an endpoint: ${names(has)}`, `with pods but without an endpoint: ${names(lacks)}`],
      field: 'spec.internalTrafficPolicy',
      remedy: patchService(service, {spec: {internalTrafficPolicy: 'Cluster', trafficDistribution: 'PreferSameNode'}}),
    };
  },
};

function nodesWithPods(pods: Iterable<{readonly nodeName: string | null; readonly phase: string}>): Set<string> {
  const nodes = new Set<string>();
  for (const pod of pods) if (pod.nodeName !== null && pod.phase === 'Running') nodes.add(pod.nodeName);
  return nodes;
}
