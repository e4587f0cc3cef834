import type {Service} from '../../model/index.ts';
import {policiesFor} from '../access/network-policy.ts';
import type {Facts} from '../facts.ts';
import {connectionsTo, triedLine} from '../observed.ts';
import type {Rule} from '../rule.ts';
import {count, kubectl, lines, names, portName} from '../words.ts';

export const timesOut: Rule = {
  code: 'KIA0316',
  name: 'EndpointsDoNotAnswer',
  severity: 'error',
  certainty: 'proven',
  observes: true,
  summary: 'Connections to endpoints are neither taken nor refused.',
  why: 'A pod without a listener refuses at once. Where nothing comes back, packets are dropped on the way: by a NetworkPolicy, a firewall, a network between nodes that is broken, or a node that is gone.',
  remedy: 'See whether a NetworkPolicy admits the target port, then whether nodes reach the pods of other nodes at all.',
  needs: ['pods'],
  live: true,
  *check(facts, service) {
    for (const port of service.ports) {
      const tried = connectionsTo(facts, service, port, 'endpoint');
      const late = tried.filter(({outcome}) => outcome === 'unanswered');
      if (late.length === 0) continue;
      const policies = policiesOf(
        facts,
        service,
        late.map(({pod}) => pod),
      );
      yield {
        message: `port ${portName(port)}: connections to ${late.length} of ${count(tried.length, 'endpoint')} get no answer`,
        severity: late.length === tried.length ? 'error' : 'warning',
        evidence: lines([
          ...late.map(triedLine),
          policies.length === 0 ? 'no NetworkPolicy selects the pods' : `NetworkPolicies that select them: ${names(policies)}`,
        ]),
        remedy:
          policies[0] === undefined
            ? 'see whether the nodes reach each other: kubectl get nodes -o wide'
            : `see what it admits: ${kubectl(service.namespace, 'describe', 'networkpolicy', policies[0])}`,
      };
    }
  },
};

function policiesOf(facts: Facts, service: Service, pods: readonly (string | null)[]): readonly string[] {
  const found = pods.flatMap((name) => {
    const pod = name === null ? undefined : facts.view.pods.get(`${service.namespace}/${name}`);
    return pod === undefined ? [] : policiesFor(facts, pod, 'Ingress').map((policy) => policy.metadata?.name ?? '');
  });
  return [...new Set(found)].sort();
}
