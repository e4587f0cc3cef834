import type {Pod, Service, ServicePort} from '../../model/index.ts';
import {list, record} from '../../view/index.ts';
import type {Facts} from '../facts.ts';
import {isTried} from '../observed.ts';
import type {Rule} from '../rule.ts';
import {names, portName, replaceInService} from '../words.ts';
import {declaredPorts, portField, portPods} from './resolve.ts';

/**
 * Declaring ports is voluntary, so that a target port which nobody declares proves nothing: only pods that declare ports, and whose
 * probes all ask another port than the target, make it likely to be wrong.
 */
export const undeclared: Rule = {
  code: 'KIA0305',
  name: 'TargetPortProbablyWrong',
  severity: 'warning',
  certainty: 'possible',
  summary: 'No container declares the target port, and the probes ask another.',
  why: 'A numeric targetPort is used as it is, whether anything listens there or not. Connections to a port without a listener are refused.',
  remedy: 'Check on which port the application listens, and set targetPort to it.',
  needs: ['pods'],
  live: false,
  *check(facts, service) {
    for (const port of service.ports) {
      if (isTried(facts, service, port)) continue;
      const likely = likelyPort(facts, service, port);
      if (likely === null) continue;
      yield {
        message: `port ${portName(port)} leads to ${port.targetPort}, which no container declares and no probe asks; the probes ask ${likely}`,
        evidence: [`the containers declare: ${names(declaredPorts(portPods(facts, service), port.protocol).map(String))}`],
        field: `${portField(service, port)}.targetPort`,
        remedy: `prove it: kiada svc describe ${service.name} -n ${service.namespace} --probe; then: ${replaceInService(service, `/spec/ports/${service.ports.indexOf(port)}/targetPort`, likely)}`,
      };
    }
  },
};

function likelyPort(facts: Facts, service: Service, port: ServicePort): number | null {
  if (typeof port.targetPort !== 'number' || port.protocol !== 'TCP') return null;
  const pods = portPods(facts, service);
  const declared = declaredPorts(pods, port.protocol);
  if (pods.length === 0 || declared.length === 0 || declared.includes(port.targetPort)) return null;
  const probed = [...new Set(pods.flatMap(probedPorts))];
  const [only] = probed;
  return only !== undefined && probed.length === 1 && only !== port.targetPort && declared.includes(only) ? only : null;
}

/** The numbers that a pod's readiness and liveness probes ask. */
function probedPorts(pod: Pod): readonly number[] {
  return list(record(pod.object['spec'])['containers']).flatMap((container) => {
    const probes = [record(container['readinessProbe']), record(container['livenessProbe'])];
    const asked = probes.flatMap((probe) => [
      record(probe['httpGet'])['port'],
      record(probe['tcpSocket'])['port'],
      record(probe['grpc'])['port'],
    ]);
    return asked.flatMap((port) => {
      if (typeof port === 'number') return [port];
      if (typeof port !== 'string') return [];
      return list(container['ports']).flatMap((declared) => (declared['name'] === port ? [Number(declared['containerPort'])] : []));
    });
  });
}
