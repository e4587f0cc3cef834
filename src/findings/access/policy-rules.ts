import type {KubernetesObject, Pod, Service, ServicePort} from '../../model/index.ts';
import type {Facts} from '../facts.ts';
import {portPods, resolvedPort} from '../ports/resolve.ts';
import {type Rule, refOf} from '../rule.ts';
import {kubectl, names, portName} from '../words.ts';
import {admitsOutside, admitsPort, othersDecide, policiesFor, rulesOf} from './network-policy.ts';

interface Shut {
  readonly port: ServicePort;
  readonly target: number;
  readonly pods: readonly Pod[];
  readonly policies: readonly KubernetesObject[];
  /** A rule admits the number of the Service port in place of the target port. */
  readonly byServicePort: boolean;
}

/** The ports of a Service at which NetworkPolicies admit nobody to any pod. */
function shutPorts(facts: Facts, service: Service): readonly Shut[] {
  if (service.selector === null || facts.objects('NetworkPolicy', service.namespace).length === 0 || othersDecide(facts)) return [];
  const pods = portPods(facts, service);
  return service.ports.flatMap((port) => {
    const reached = pods.flatMap((pod) => {
      const target = resolvedPort(pod, port);
      return target === null ? [] : [{pod, target, policies: policiesFor(facts, pod, 'Ingress')}];
    });
    const [first] = reached;
    const shut = reached.every(
      ({pod, target, policies}) =>
        policies.length > 0 && !rulesOf(policies, 'Ingress').some((rule) => admitsPort(rule, target, port.protocol, pod)),
    );
    if (first === undefined || !shut) return [];
    const byServicePort =
      first.target !== port.port &&
      rulesOf(first.policies, 'Ingress').some((rule) => admitsPort(rule, port.port, port.protocol, first.pod));
    return [{port, target: first.target, pods: reached.map(({pod}) => pod), policies: first.policies, byServicePort}];
  });
}

export const policyServicePort: Rule = {
  code: 'KIA0801',
  name: 'PolicyAdmitsServicePort',
  severity: 'error',
  certainty: 'proven',
  summary: 'A NetworkPolicy admits the port of the Service, where the port of the pods is what counts.',
  why: 'Policies are enforced at the pods, after the Service address and port have been translated: a rule for the Service port admits nothing.',
  remedy: 'Put the target port into the policy.',
  needs: ['pods', 'networkpolicies'],
  live: false,
  *check(facts, service) {
    for (const shut of shutPorts(facts, service)) {
      const [policy] = shut.policies;
      if (!shut.byServicePort || policy === undefined) continue;
      yield {
        message: `NetworkPolicy ${names(shut.policies.map((own) => own.metadata?.name ?? ''))} admits port ${shut.port.port}, which is the Service's; the pods listen on ${shut.target}, which no rule admits`,
        evidence: [`port ${portName(shut.port)} leads to ${shut.target} of ${names(shut.pods.map((pod) => pod.name))}`],
        object: refOf(policy),
        field: 'spec.ingress',
        remedy: `write port ${shut.target}: ${kubectl(service.namespace, 'edit', 'networkpolicy', policy.metadata?.name ?? '')}`,
      };
    }
  },
};

export const policyAdmitsNobody: Rule = {
  code: 'KIA0802',
  name: 'PolicyAdmitsNobody',
  severity: 'error',
  certainty: 'proven',
  summary: 'NetworkPolicies select the pods, and no rule admits anybody to the target port.',
  why: 'As soon as one policy selects a pod for Ingress, only what some rule admits gets through; the rest runs into a time-out. (It needs a network plugin that enforces policies; most do.)',
  remedy: 'Add a policy that admits the callers to the target port.',
  needs: ['pods', 'networkpolicies'],
  live: false,
  *check(facts, service) {
    for (const shut of shutPorts(facts, service)) {
      if (shut.byServicePort) continue;
      yield {
        message: `port ${portName(shut.port)}: no NetworkPolicy admits anybody to port ${shut.target} of its pods`,
        evidence: [
          `${names(shut.policies.map((policy) => policy.metadata?.name ?? ''))} selects ${names(shut.pods.map((pod) => pod.name))}`,
          `no rule has port ${shut.target}/${shut.port.protocol}`,
        ],
        field: `spec.ports[${service.ports.indexOf(shut.port)}]`,
        remedy: `admit the callers to port ${shut.target}: ${kubectl(service.namespace, 'edit', 'networkpolicy', shut.policies[0]?.metadata?.name ?? '')}`,
      };
    }
  },
};

export const policyShutsOutside: Rule = {
  code: 'KIA0803',
  name: 'PolicyShutsOutsideOut',
  severity: 'warning',
  certainty: 'possible',
  summary: 'The Service is open to the outside, but NetworkPolicies admit only pods.',
  why: 'Rules with podSelector or namespaceSelector admit pods alone. Clients from outside arrive with their own address or a node\'s, which needs a rule with ipBlock or without "from".',
  remedy: 'Admit the address ranges of the clients (or of the nodes) with ipBlock.',
  needs: ['pods', 'networkpolicies'],
  live: false,
  *check(facts, service) {
    if ((service.type !== 'NodePort' && service.type !== 'LoadBalancer') || othersDecide(facts)) return;
    const pods = portPods(facts, service);
    const [policies] = pods.map((pod) => policiesFor(facts, pod, 'Ingress'));
    const closed = service.ports.filter((port) => pods.length > 0 && pods.every((pod) => admitsOnlyPods(facts, pod, port)));
    if (closed.length === 0 || policies === undefined) return;
    yield {
      message: `NetworkPolicy ${names(policies.map((policy) => policy.metadata?.name ?? ''))} admits only pods to port ${names(closed.map(portName))}, which a ${service.type} opens to the outside`,
      evidence: ['no rule for the port has an ipBlock or is without "from"'],
      field: 'spec.type',
      remedy: `admit clients by ipBlock: ${kubectl(service.namespace, 'edit', 'networkpolicy', policies[0]?.metadata?.name ?? '')}`,
    };
  },
};

function admitsOnlyPods(facts: Facts, pod: Pod, port: ServicePort): boolean {
  const policies = policiesFor(facts, pod, 'Ingress');
  const target = resolvedPort(pod, port);
  if (policies.length === 0 || target === null) return false;
  const rules = rulesOf(policies, 'Ingress').filter((rule) => admitsPort(rule, target, port.protocol, pod));
  return rules.length > 0 && !rules.some(admitsOutside);
}

export const policyShutsDns: Rule = {
  code: 'KIA0804',
  name: 'PolicyShutsDnsOut',
  severity: 'warning',
  certainty: 'proven',
  summary: 'NetworkPolicies keep pods from asking DNS.',
  why: 'The pods are limited in what they may call, and no rule admits port 53: no name resolves in them, and each lookup runs into a time-out.',
  remedy: 'Admit port 53, UDP and TCP, to the namespace kube-system.',
  needs: ['pods', 'networkpolicies'],
  live: false,
  *sweep(facts) {
    if (othersDecide(facts)) return;
    const told = new Set<string>();
    for (const pod of facts.view.pods.values()) {
      const policies = policiesFor(facts, pod, 'Egress');
      const [policy] = policies;
      const name = policy?.metadata?.name ?? '';
      if (policy === undefined || told.has(`${pod.namespace}/${name}`)) continue;
      if (rulesOf(policies, 'Egress').some((rule) => admitsPort(rule, 53, 'UDP', null))) continue;
      told.add(`${pod.namespace}/${name}`);
      yield {
        object: refOf(policy),
        message: `no rule lets pod ${pod.name} ask DNS (port 53/UDP): names do not resolve in it`,
        evidence: [`policies that hold for its egress: ${names(policies.map((own) => own.metadata?.name ?? ''))}`],
        field: 'spec.egress',
        remedy: kubectl(
          pod.namespace,
          'patch',
          'networkpolicy',
          name,
          '--type=json',
          '-p',
          '[{"op":"add","path":"/spec/egress/-","value":{"ports":[{"port":53,"protocol":"UDP"},{"port":53,"protocol":"TCP"}]}}]',
        ),
      };
    }
  },
};
