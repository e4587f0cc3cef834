import type {KubernetesObject} from '../../../model/index.ts';
import {quantityOr0} from '../../quantity.ts';
import {type Json, listOf, numberOf, recordOf, specOf, textOf} from '../fields.ts';

/** What a pod takes of a node. CPU in cores, memory in bytes. */
export interface Demand {
  readonly cpu: number;
  readonly memory: number;
  /** Host ports as `protocol port`. */
  readonly hostPorts: readonly string[];
}

/** The sum of what containers request; an init container counts where it alone asks for more, a sidecar as a container (KEP-753). */
export function demandOf(pod: KubernetesObject): Demand {
  const spec = specOf(pod);
  const containers = listOf(spec['containers']);
  const inits = listOf(spec['initContainers']);
  const amount = (name: string): number => {
    let sidecars = 0;
    let peak = 0;
    for (const init of inits) {
      if (init['restartPolicy'] === 'Always') sidecars += request(init, name);
      else peak = Math.max(peak, sidecars + request(init, name));
    }
    return Math.max(peak, sidecars + containers.reduce((sum, container) => sum + request(container, name), 0));
  };
  return {cpu: amount('cpu'), memory: amount('memory'), hostPorts: hostPortsOf(containers, spec['hostNetwork'] === true)};
}

function request(container: Json, name: string): number {
  const resources = recordOf(container['resources']);
  return quantityOr0(recordOf(resources['requests'])[name] ?? recordOf(resources['limits'])[name] ?? 0);
}

function hostPortsOf(containers: readonly Json[], hostNetwork: boolean): readonly string[] {
  return containers
    .flatMap((container) => listOf(container['ports']))
    .flatMap((port) => {
      const number = numberOf(port['hostPort']) || (hostNetwork ? numberOf(port['containerPort']) : null);
      return number ? [`${textOf(port['protocol']) ?? 'TCP'} ${number}`] : [];
    });
}
