import type {Service, ServicePort} from '../../model/index.ts';
import type {Facts} from '../facts.ts';
import type {Found, Rule} from '../rule.ts';
import {count, names, portName, replaceInService} from '../words.ts';
import {declaredPorts, portField, portNames, portPods, resolvedPort} from './resolve.ts';

export const namedPortMissing: Rule = {
  code: 'KIA0301',
  name: 'NamedTargetPortMissing',
  severity: 'error',
  certainty: 'proven',
  summary: 'A target port is a name that no selected pod gives to any of its ports.',
  why: 'A named targetPort is looked up among the containers of each pod by name and protocol. A pod that lacks it becomes an endpoint without that port, so that nothing answers there though the pods are ready.',
  remedy: 'Use a name that the containers declare, or the number.',
  needs: ['pods'],
  live: false,
  *check(facts, service) {
    for (const port of service.ports) {
      const found = missing(facts, service, port);
      if (found !== null) yield found;
    }
  },
};

function missing(facts: Facts, service: Service, port: ServicePort): Found | null {
  const pods = portPods(facts, service);
  if (typeof port.targetPort !== 'string' || pods.length === 0 || pods.some((pod) => resolvedPort(pod, port) !== null)) return null;
  const otherProtocol = pods.some((pod) =>
    pod.containers.some((container) =>
      container.ports.some((declared) => declared.name === port.targetPort && (!container.init || container.sidecar)),
    ),
  );
  if (otherProtocol) return null;
  const known = portNames(pods);
  const numbers = declaredPorts(pods, port.protocol);
  const path = `/spec/ports/${service.ports.indexOf(port)}/targetPort`;
  const inInit = pods.some((pod) =>
    pod.containers.some((container) => container.init && container.ports.some((declared) => declared.name === port.targetPort)),
  );
  return {
    message: `port ${portName(port)}: none of ${count(pods.length, 'pod')} names a port "${port.targetPort}"`,
    evidence: [
      known.length === 0 ? 'the pods name no ports' : `the pods name: ${names(known)}`,
      ...(inInit ? [`only an init container names it; those do not count`] : []),
    ],
    field: `${portField(service, port)}.targetPort`,
    remedy:
      numbers.length === 0 && known.length === 0
        ? `name the container's port "${port.targetPort}", or give its number: ${replaceInService(service, path, port.port)}`
        : replaceInService(service, path, known.length === 1 ? known[0]?.split('/')[0] : (numbers[0] ?? port.port)),
  };
}
