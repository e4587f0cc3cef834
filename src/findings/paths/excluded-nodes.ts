import type {Rule} from '../rule.ts';
import {kubectl, names} from '../words.ts';
import {isUsable} from './local-nodes.ts';

const EXCLUDED = 'node.kubernetes.io/exclude-from-external-load-balancers';

export const excludedNodes: Rule = {
  code: 'KIA0407',
  name: 'NodesExcludedFromLoadBalancers',
  severity: 'warning',
  certainty: 'proven',
  summary: 'A label keeps load balancers from every node that could answer.',
  why: `Load balancer controllers leave out nodes with the label ${EXCLUDED}, whatever its value: "false" excludes too. kubeadm puts it on control-plane nodes, which matters in clusters that have no others.`,
  remedy: 'Remove the label (do not set it to false).',
  needs: ['nodes', 'endpointslices'],
  live: true,
  *check(facts, service) {
    if (service.type !== 'LoadBalancer') return;
    const nodes = [...facts.view.nodes.values()];
    if (nodes.length === 0) return;
    const holding = new Set(
      facts
        .endpoints(service)
        .filter(isUsable)
        .map((endpoint) => endpoint.node),
    );
    const wanted = service.externalTrafficPolicy === 'Local' ? nodes.filter((node) => holding.has(node.name)) : nodes;
    if (wanted.length === 0 || wanted.some((node) => !(EXCLUDED in node.labels))) return;
    const all = wanted.length === nodes.length ? 'every node' : 'every node with an endpoint';
    yield {
      message: `${all} is excluded from load balancers by a label`,
      evidence: [`${EXCLUDED} is on ${names(wanted.map((node) => node.name))}`],
      remedy: kubectl('', 'label', 'node', ...wanted.slice(0, 5).map((node) => node.name), `${EXCLUDED}-`),
    };
  },
};
