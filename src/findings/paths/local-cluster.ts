import type {Node} from '../../model/index.ts';
import type {Rule} from '../rule.ts';
import {names} from '../words.ts';

export const localCluster: Rule = {
  code: 'KIA0413',
  name: 'NodesInsideDocker',
  severity: 'info',
  certainty: 'proven',
  summary: 'The nodes are containers of a local cluster, whose addresses only Linux hosts reach.',
  why: 'kind, minikube, k3d and Docker Desktop run nodes inside Docker. On macOS and Windows that is a virtual machine: node ports and load balancer addresses time out from the host.',
  remedy: 'Use `kubectl port-forward`, `minikube tunnel`, cloud-provider-kind, or extraPortMappings of kind.',
  needs: ['nodes'],
  live: true,
  *sweep(facts) {
    const open = [...facts.view.services.values()].filter((service) => service.type === 'NodePort' || service.type === 'LoadBalancer');
    const [node] = [...facts.view.nodes.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    const tool = node === undefined ? null : toolOf(node);
    if (tool === null || open.length === 0 || node === undefined) return;
    yield {
      object: {kind: 'Node', namespace: '', name: node.name},
      message: `this is a ${tool} cluster: node ports and load balancer addresses are reached from a Linux host, but not from macOS or Windows`,
      evidence: [`Services with such a path: ${names(open.map((service) => `${service.namespace}/${service.name}`))}`],
      remedy:
        tool === 'minikube'
          ? 'keep `minikube tunnel` running'
          : 'forward a port: kubectl port-forward, or map node ports when the cluster is made',
    };
  },
};

function toolOf(node: Node): string | null {
  if ('minikube.k8s.io/name' in node.labels) return 'minikube';
  if (node.name === 'docker-desktop') return 'Docker Desktop';
  if (node.providerID?.startsWith('kind://')) return 'kind';
  return node.providerID?.startsWith('k3s://') && node.name.startsWith('k3d-') ? 'k3d' : null;
}
