import {findPort} from '../../endpoints/index.ts';
import type {Pod, Service, ServicePort} from '../../model/index.ts';
import type {Facts} from '../facts.ts';
import {candidates} from '../readiness/classify.ts';

/** The pods whose ports count: those of the cluster, else, in files, those of workloads' templates. */
export function portPods(facts: Facts, service: Service): readonly Pod[] {
  return candidates(facts, service);
}

/** The number that a Service's port leads to in a pod; null for a name that it lacks. */
export function resolvedPort(pod: Pod, port: ServicePort): number | null {
  return findPort(pod.object, {targetPort: port.targetPort, port: port.port, protocol: port.protocol});
}

/** The names that a pod gives its ports, for a message: `http, grpc/UDP`. */
export function portNames(pods: readonly Pod[]): readonly string[] {
  const all = pods
    .flatMap((pod) => pod.containers.filter((container) => !container.init || container.sidecar))
    .flatMap((container) => container.ports);
  return [
    ...new Set(all.flatMap((port) => (port.name === '' ? [] : port.protocol === 'TCP' ? port.name : `${port.name}/${port.protocol}`))),
  ].sort();
}

/** The numbers that pods declare for a protocol. */
export function declaredPorts(pods: readonly Pod[], protocol: string): readonly number[] {
  const all = pods
    .flatMap((pod) => pod.containers.filter((container) => !container.init || container.sidecar))
    .flatMap((container) => container.ports);
  return [...new Set(all.filter((port) => port.protocol === protocol).map((port) => port.containerPort))].sort((a, b) => a - b);
}

/** The place of a port in the manifest. */
export function portField(service: Service, port: ServicePort): string {
  return `spec.ports[${service.ports.indexOf(port)}]`;
}
