import type {Pod, ServicePort} from '../../model/index.ts';
import type {Rule} from '../rule.ts';
import {portName, replaceInService} from '../words.ts';
import {portField, portPods, resolvedPort} from './resolve.ts';

export const namedPortProtocol: Rule = {
  code: 'KIA0303',
  name: 'NamedTargetPortOtherProtocol',
  severity: 'error',
  certainty: 'proven',
  summary: 'The pods name the target port, but with another protocol.',
  why: 'A named targetPort must agree in protocol with the Service port; both are TCP unless they say otherwise.',
  remedy: "Set the protocol that is right in the Service's port or in the container's.",
  needs: ['pods'],
  live: false,
  *check(facts, service) {
    const pods = portPods(facts, service);
    for (const port of service.ports) {
      const protocol = pods.map((pod) => otherProtocol(pod, port)).find((found) => found !== null) ?? null;
      if (protocol === null || pods.some((pod) => resolvedPort(pod, port) !== null)) continue;
      yield {
        message: `port ${portName(port)} is ${port.protocol}, but the pods name "${port.targetPort}" for ${protocol}: it has no endpoint`,
        evidence: [`${portField(service, port)}.protocol: ${port.protocol}`, `container port ${port.targetPort}: ${protocol}`],
        field: `${portField(service, port)}.protocol`,
        remedy: `if ${protocol} is right: ${replaceInService(service, `/spec/ports/${service.ports.indexOf(port)}/protocol`, protocol)}`,
      };
    }
  },
};

/** The protocol under which a pod does name the port. */
export function otherProtocol(pod: Pod, port: ServicePort): string | null {
  if (typeof port.targetPort !== 'string') return null;
  const declared = pod.containers.filter((container) => !container.init || container.sidecar).flatMap((container) => container.ports);
  return declared.find((candidate) => candidate.name === port.targetPort && candidate.protocol !== port.protocol)?.protocol ?? null;
}
