import type {EndpointStatus, Service} from '../../model/index.ts';
import {loadBalancerNodes} from '../../routing/index.ts';
import type {Facts} from '../facts.ts';
import type {Rule} from '../rule.ts';
import {count, kubectl, names, patchService} from '../words.ts';

const CONTROL_PLANE = 'node-role.kubernetes.io/control-plane';

/** What a node may send to under a policy Local: ready endpoints, and those that end and still serve. */
export function isUsable(endpoint: EndpointStatus): boolean {
  return endpoint.ready || (endpoint.serving && endpoint.terminating);
}

/** The nodes that have a usable endpoint of the Service, and those of these nodes that have none. */
export function localSplit(facts: Facts, service: Service, nodes: readonly string[]) {
  const usable = facts.endpoints(service).filter(isUsable);
  const holding = new Set(usable.map((endpoint) => endpoint.node));
  return {usable, has: nodes.filter((node) => holding.has(node)), lacks: nodes.filter((node) => !holding.has(node))};
}

export const localNodePort: Rule = {
  code: 'KIA0404',
  name: 'LocalNodesWithoutEndpoint',
  severity: 'warning',
  certainty: 'proven',
  summary: 'With externalTrafficPolicy Local, some nodes drop what comes to their node port.',
  why: 'A node sends external traffic only to its own endpoints then, and drops it where it has none. A plain node port has no health check that would keep clients away from such nodes.',
  remedy: 'Spread the pods over all nodes, send clients to the nodes that have one, or use the policy Cluster.',
  needs: ['endpointslices', 'nodes'],
  live: true,
  *check(facts, service) {
    if (service.type !== 'NodePort' || service.externalTrafficPolicy !== 'Local') return;
    const nodes = [...facts.view.nodes.values()].filter((node) => node.ready && !(CONTROL_PLANE in node.labels)).map((node) => node.name);
    const {has, lacks} = localSplit(facts, service, nodes);
    if (has.length === 0 || lacks.length === 0) return;
    yield {
      message: `${lacks.length} of ${nodes.length} nodes drop what comes to its node port: they have no endpoint (externalTrafficPolicy Local)`,
      evidence: [`with an endpoint: ${names(has)}`, `without: ${names(lacks)}`],
      field: 'spec.externalTrafficPolicy',
      remedy: `spread the pods, or: ${patchService(service, {spec: {externalTrafficPolicy: 'Cluster'}})}`,
    };
  },
};

export const localHealthCheck: Rule = {
  code: 'KIA0405',
  name: 'LoadBalancerSkipsNodes',
  severity: 'info',
  certainty: 'proven',
  summary: 'With externalTrafficPolicy Local, the load balancer leaves out nodes without an endpoint.',
  why: 'Their health check node port answers 503, so that load balancers show them as unhealthy. That is how the policy keeps client addresses; only if no node answers 200 is something wrong.',
  remedy: 'Nothing, unless you expect a pod on those nodes.',
  needs: ['endpointslices', 'nodes'],
  live: true,
  *check(facts, service) {
    if (service.type !== 'LoadBalancer' || service.externalTrafficPolicy !== 'Local' || service.ingress.length === 0) return;
    const {has, lacks} = localSplit(facts, service, loadBalancerNodes(facts.view));
    if (has.length === 0 || lacks.length === 0) return;
    yield {
      message: `the load balancer reaches it on ${names(has)} only; ${names(lacks)} ${lacks.length === 1 ? 'fails' : 'fail'} the health check, as is meant with Local`,
      evidence: [`healthCheckNodePort ${service.healthCheckNodePort ?? 'not set'}: 200 on ${names(has)}, 503 on ${names(lacks)}`],
      field: 'spec.externalTrafficPolicy',
      remedy: `nothing is wrong; to spread the pods see: ${kubectl(service.namespace, 'get', 'pods', '-o', 'wide')}`,
    };
  },
};

export const localWithoutNode: Rule = {
  code: 'KIA0417',
  name: 'LocalEndpointsWithoutNode',
  severity: 'error',
  certainty: 'proven',
  summary: 'A policy Local, but no endpoint says which node it is on.',
  why: 'An endpoint without nodeName is local to no node, so that every node drops the traffic. Slices written by hand often lack it; load balancers such as MetalLB then announce no node either.',
  remedy: 'Set nodeName in the slices, or use the policy Cluster.',
  needs: ['endpointslices'],
  live: false,
  *check(facts, service) {
    const field = service.externalTrafficPolicy === 'Local' ? 'externalTrafficPolicy' : 'internalTrafficPolicy';
    if (service[field] !== 'Local' || service.headless || service.type === 'ExternalName') return;
    const usable = facts.endpoints(service).filter(isUsable);
    if (usable.length === 0 || usable.some((endpoint) => endpoint.node !== null)) return;
    yield {
      message: `${field} is Local, but none of its ${count(usable.length, 'endpoint')} names a node: every node drops the traffic`,
      evidence: usable.slice(0, 5).map((endpoint) => `${endpoint.address} in slice ${endpoint.slice}: no nodeName`),
      field: `spec.${field}`,
      remedy: patchService(service, {spec: {[field]: 'Cluster'}}),
    };
  },
};
