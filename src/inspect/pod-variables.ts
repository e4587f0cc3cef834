import {serviceVariables} from '../endpoints/index.ts';
import type {ClusterView, Pod, ServiceEnvResult} from '../model/index.ts';

type PodVariables = ServiceEnvResult['pods'][number];

/**
 * The Service variables that a pod's containers have, and those they lack because the Service came after they started:
 * the kubelet computes them when a container starts.
 */
export function podVariables(view: ClusterView, pod: Pod): PodVariables {
  const name = `${pod.namespace}/${pod.name}`;
  const linked = (pod.object['spec'] as {enableServiceLinks?: boolean} | undefined)?.enableServiceLinks !== false;
  const started = startedAt(pod);
  const variables: {name: string; value: string; service: string}[] = [];
  const missing: {name: string; service: string; why: string}[] = [];
  for (const variable of serviceVariables(view, pod.namespace)) {
    const created = view.services.get(`${pod.namespace}/${variable.service}`)?.createdAt ?? null;
    if (!linked && !isMaster(variable.service)) missing.push({...withoutValue(variable), why: 'the pod has enableServiceLinks: false'});
    else if (started !== null && created !== null && created > started) {
      missing.push({...withoutValue(variable), why: `the Service was created ${created}, after the container started ${started}`});
    } else variables.push(variable);
  }
  return {pod: name, variables, missing};
}

/** The API server's own Service is linked whatever `enableServiceLinks` says. */
function isMaster(service: string): boolean {
  return service === 'kubernetes';
}

function withoutValue({name, service}: {name: string; service: string}): {name: string; service: string} {
  return {name, service};
}

/** When the container that started last started; null while none runs. */
function startedAt(pod: Pod): string | null {
  const status = pod.object['status'] as {containerStatuses?: readonly {state?: {running?: {startedAt?: string}}}[]} | undefined;
  const times = (status?.containerStatuses ?? []).flatMap((container) => container.state?.running?.startedAt ?? []);
  return times.toSorted().at(-1) ?? null;
}
