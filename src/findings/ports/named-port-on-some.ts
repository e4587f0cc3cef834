import type {Rule} from '../rule.ts';
import {count, lines, names, portName} from '../words.ts';
import {portField, portNames, portPods, resolvedPort} from './resolve.ts';

export const namedPortOnSome: Rule = {
  code: 'KIA0302',
  name: 'NamedTargetPortOnSomePods',
  severity: 'warning',
  certainty: 'proven',
  summary: 'A target port is a name that some of the selected pods lack.',
  why: 'Pods without the name get no traffic on that port, the others all of it. It happens when two versions of a workload name their ports differently.',
  remedy: 'Give the port the same name in all pods, or use its number.',
  needs: ['pods'],
  live: false,
  *check(facts, service) {
    const pods = portPods(facts, service);
    for (const port of service.ports) {
      const without = pods.filter((pod) => resolvedPort(pod, port) === null);
      if (without.length === 0 || without.length === pods.length) continue;
      yield {
        message: `port ${portName(port)} leads to "${port.targetPort}", which ${without.length} of ${count(pods.length, 'pod')} lack: they get no traffic on it`,
        evidence: lines(without.map((pod) => `pod ${pod.name} names: ${names(portNames([pod])) || 'no port'}`)),
        field: `${portField(service, port)}.targetPort`,
        remedy: `name the port "${port.targetPort}" in the template of ${names(without.map((pod) => pod.name))}`,
      };
    }
  },
};
