import type {ObjectSource, ReadRequest} from '../../../src/kube/index.ts';
import type {KubernetesObject} from '../../../src/model/index.ts';
import type {Script} from './script.ts';

/**
 * A cluster as if one script alone were played in it: its namespaces, its nodes, and what is its own in kube-system. Everything else that
 * is there belongs to others.
 */
export function windowOn(source: ObjectSource, script: Script): ObjectSource {
  return {
    ...source,
    async read(requests: readonly ReadRequest[]) {
      const {objects, unknown} = await source.read(requests);
      return {objects: objects.filter((object) => isOf(script, object)), unknown};
    },
    close: () => {},
  };
}

function isOf({namespaces, nodes, objects}: Script, {kind, metadata}: KubernetesObject): boolean {
  const name = metadata?.name ?? '';
  if (kind === 'Node') return nodes.includes(name);
  if (kind === 'Namespace') return namespaces.includes(name);
  if (namespaces.includes(metadata?.namespace ?? '')) return true;
  return objects.some((own) => own.kind === kind && own.metadata?.namespace === metadata?.namespace && own.metadata?.name === name);
}
