import type {KubernetesObject, Service} from '../../model/index.ts';
import {number, record, text} from '../../view/index.ts';
import type {Facts} from '../facts.ts';
import {candidates} from '../readiness/classify.ts';
import {type Rule, refOf} from '../rule.ts';
import {count, kubectl, lines, names, patchService, portName} from '../words.ts';

export const peersWait: Rule = {
  code: 'KIA0606',
  name: 'PeersHiddenUntilReady',
  severity: 'warning',
  certainty: 'possible',
  summary: 'Pods of a StatefulSet have no DNS names until they are ready, and are not ready.',
  why: 'A headless Service has names of ready pods only. Members of a cluster that become ready only after they have found each other wait for one another for ever.',
  remedy: 'Set publishNotReadyAddresses on the headless Service.',
  needs: ['pods', 'statefulsets'],
  live: true,
  *check(facts, service) {
    if (!service.headless || service.publishNotReadyAddresses) return;
    const governed = statefulSets(facts, service);
    const pods = candidates(facts, service);
    const waiting = pods.filter((pod) => !pod.ready && pod.phase === 'Running');
    if (governed.length === 0 || waiting.length === 0 || wants(governed) < 2) return;
    yield {
      message: `${waiting.length} of ${count(pods.length, 'peer')} ${waiting.length === 1 ? 'is' : 'are'} not ready and so without DNS name; if they need each other to become ready, they wait for ever`,
      evidence: lines(waiting.map((pod) => `pod ${pod.name}: running, not ready`)),
      field: 'spec.publishNotReadyAddresses',
      remedy: patchService(service, {spec: {publishNotReadyAddresses: true}}),
    };
  },
};

function statefulSets(facts: Facts, service: Service): readonly KubernetesObject[] {
  return facts.objects('StatefulSet', service.namespace).filter((set) => record(set['spec'])['serviceName'] === service.name);
}

function wants(sets: readonly KubernetesObject[]): number {
  return Math.max(...sets.map((set) => number(record(set['spec'])['replicas']) ?? 1));
}

export const governingMissing: Rule = {
  code: 'KIA0607',
  name: 'GoverningServiceMissing',
  severity: 'error',
  certainty: 'proven',
  summary: 'A StatefulSet names a Service that does not exist.',
  why: 'spec.serviceName is the headless Service that gives the pods their DNS names (POD.SERVICE.NAMESPACE.svc). Without it the names do not exist, and nothing says so.',
  remedy: 'Create the headless Service.',
  needs: ['statefulsets'],
  live: false,
  *sweep(facts) {
    for (const set of facts.objects('StatefulSet')) {
      const name = text(record(set['spec'])['serviceName']) ?? '';
      const namespace = set.metadata?.namespace ?? 'default';
      if (name === '' || facts.view.services.has(`${namespace}/${name}`)) continue;
      yield {
        object: refOf(set),
        message: `its Service ${name} does not exist: its pods have no DNS names`,
        evidence: [`spec.serviceName: ${name}`],
        field: 'spec.serviceName',
        remedy: `create it, and set its selector: ${kubectl(namespace, 'create', 'service', 'clusterip', name, '--clusterip=None')}`,
      };
    }
  },
};

export const subdomainUnserved: Rule = {
  code: 'KIA0609',
  name: 'SubdomainWithoutService',
  severity: 'warning',
  certainty: 'proven',
  summary: 'A pod names a subdomain that no headless Service serves.',
  why: 'HOSTNAME.SUBDOMAIN.NAMESPACE.svc exists only where a headless Service has the name of the subdomain and selects the pod.',
  remedy: 'Create a headless Service of that name, or correct the subdomain.',
  needs: ['pods'],
  live: false,
  *sweep(facts) {
    for (const pod of facts.view.pods.values()) {
      if (pod.subdomain === null || pod.hostname === null || pod.phase === 'Succeeded' || pod.phase === 'Failed') continue;
      // a StatefulSet sets both itself, and is told about by a rule of its own
      if (pod.object.metadata?.ownerReferences?.some((owner) => owner.kind === 'StatefulSet')) continue;
      const service = facts.view.services.get(`${pod.namespace}/${pod.subdomain}`);
      const why =
        service === undefined ? 'there is no Service of that name' : !service.headless ? 'the Service of that name is not headless' : null;
      if (why === null) continue;
      yield {
        object: refOf(pod.object),
        message: `${pod.hostname}.${pod.subdomain}.${pod.namespace}.svc does not exist: ${why}`,
        evidence: [`spec.hostname: ${pod.hostname}`, `spec.subdomain: ${pod.subdomain}`],
        field: 'spec.subdomain',
        remedy: `create it, and set its selector: ${kubectl(pod.namespace, 'create', 'service', 'clusterip', pod.subdomain, '--clusterip=None')}`,
      };
    }
  },
};

export const headlessPort: Rule = {
  code: 'KIA0615',
  name: 'HeadlessPortNotMapped',
  severity: 'info',
  certainty: 'proven',
  summary: 'A headless Service does not map its port to the target port.',
  why: 'Its name gives the addresses of the pods, and clients connect to these with the port that they choose. Only SRV records tell the target port.',
  remedy: 'Let port and targetPort be the same, and clients use it.',
  needs: [],
  live: false,
  *check(_, service) {
    if (!service.headless) return;
    const mapped = service.ports.filter((port) => typeof port.targetPort === 'number' && port.targetPort !== port.port);
    if (mapped.length === 0) return;
    yield {
      message: `port ${names(mapped.map(portName))} is not mapped to ${names(mapped.map((port) => String(port.targetPort)))}: clients of a headless Service connect to the pods themselves`,
      field: 'spec.ports',
      remedy: `let clients use port ${mapped[0]?.targetPort}, and set port: ${mapped[0]?.targetPort}`,
    };
  },
};
