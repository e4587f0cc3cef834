import type {ConnectionObservation, Service} from '../../model/index.ts';
import type {Facts} from '../facts.ts';
import {connectionsTo, triedLine} from '../observed.ts';
import type {Rule} from '../rule.ts';
import {kubectl, lines, portName} from '../words.ts';

const PATHS = ['clusterip', 'nodeport', 'loadbalancer', 'externalip'] as const;

const WORDS: Readonly<Record<string, string>> = {
  clusterip: 'cluster IP',
  nodeport: 'node port',
  loadbalancer: 'load balancer',
  externalip: 'external IP',
};

export const pathFails: Rule = {
  code: 'KIA0419',
  name: 'PathFailsThoughPodsAnswer',
  severity: 'error',
  certainty: 'proven',
  observes: true,
  summary: 'The pods answer, but the Service does not, where the objects say that it should.',
  why: 'All that the API shows is in order, and each pod answers at its own address: what fails is between, kube-proxy (not running, behind, in another mode, replaced), a firewall, or the way from where it was tried to the address.',
  remedy: 'See that kube-proxy runs on the node where it was tried, and read its log.',
  needs: [],
  live: true,
  *check(facts, service) {
    for (const port of service.ports) {
      const pods = connectionsTo(facts, service, port, 'endpoint');
      if (pods.length === 0 || pods.some(({outcome}) => outcome !== 'connected')) continue;
      const failed = connectionsTo(facts, service, port, ...PATHS).filter(
        (tried) => tried.failures === tried.attempts && !isOwn(facts, service, tried),
      );
      const [first] = failed;
      if (first === undefined) continue;
      // an address that is meant for others may have no way to it from this machine
      const inside = failed.find(({from}) => !from.startsWith('outside'));
      const way = inside ?? first;
      yield {
        message: `port ${portName(port)}: the ${WORDS[way.to] ?? way.to} does not answer from ${way.from}, though all pods that were tried do`,
        ...(inside === undefined ? {certainty: 'possible' as const, severity: 'warning' as const} : {}),
        evidence: lines([...failed.map(triedLine), `pods that answer: ${pods.length} of ${pods.length} tried`]),
        remedy: remedyFor(way),
      };
    }
  },
};

/** From one of its own pods: that is a finding of its own. */
function isOwn(facts: Facts, service: Service, {from}: ConnectionObservation): boolean {
  return facts.endpoints(service).some(({pod}) => pod !== null && from === `pod/${pod}`);
}

function remedyFor({to, from}: ConnectionObservation): string {
  if (from.startsWith('outside')) {
    const nodes = to === 'nodeport' ? 'this machine may have no way to the nodes; try it from inside: ' : 'try it from inside: ';
    return `${nodes}kiada probe with --via ${to} --from node/NAME`;
  }
  return `see that kube-proxy runs there: ${kubectl('kube-system', 'get', 'pods', '-l', 'k8s-app=kube-proxy', '-o', 'wide')}`;
}
