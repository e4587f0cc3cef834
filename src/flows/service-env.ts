import {KiadaError} from '../errors.ts';
import type {ObjectSource} from '../kube/index.ts';
import type {ServiceEnvResult} from '../model/index.ts';
import {nearestFew} from './nearest.ts';

/** The Service variables of one pod, or of all pods of a namespace. */
export async function serviceEnv(source: ObjectSource, pod: string | undefined, namespace: string): Promise<ServiceEnvResult> {
  const [{viewOf}, {podVariables}] = await Promise.all([import('../routing/index.ts'), import('../inspect/index.ts')]);
  const {objects} = await source.read([
    {resource: 'services', namespace},
    // the API server's own Service is in every pod's variables
    {resource: 'services', namespace: 'default', name: 'kubernetes', optional: true},
    {resource: 'pods', namespace},
  ]);
  const view = viewOf(objects);
  const pods = [...view.pods.values()].filter((candidate) => candidate.namespace === namespace);
  const name = pod?.replace(/^(pods?|po)\//, '');
  const chosen = name === undefined ? pods : pods.filter((candidate) => candidate.name === name);
  if (name !== undefined && chosen.length === 0) {
    const near = nearestFew(
      name,
      pods.map((candidate) => candidate.name),
      3,
    );
    throw new KiadaError(
      'NOT_FOUND',
      `there is no pod "${name}" in namespace "${namespace}"`,
      near.length > 0 ? {hint: `Did you mean: ${near.join(', ')}`} : {},
    );
  }
  return {pods: chosen.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map((candidate) => podVariables(view, candidate))};
}
