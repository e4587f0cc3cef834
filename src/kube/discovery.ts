import {KiadaError} from '../errors.ts';
import type {KubernetesObject} from '../model/index.ts';
import type {KubeClient} from './client.ts';
import type {Resource} from './resources.ts';
import {ApiRefusal} from './status-error.ts';

/** Finds the resource behind `apiVersion` and `kind`, asking each group version once. */
export function discover(client: KubeClient): (object: KubernetesObject) => Promise<Resource> {
  const groups = new Map<string, Promise<readonly Resource[]>>();
  return async (object) => {
    const apiVersion = object.apiVersion ?? '';
    let group = groups.get(apiVersion);
    if (group === undefined) {
      group = resourcesOf(client, apiVersion);
      groups.set(apiVersion, group);
    }
    const found = (await group).find((resource) => resource.kind === object.kind);
    if (found !== undefined) return found;
    throw new KiadaError('REFUSED_BY_API', `the cluster has no kind "${object.kind ?? ''}" in "${apiVersion}"`, {
      hint: 'List what it has with: kubectl api-resources',
    });
  };
}

async function resourcesOf(client: KubeClient, apiVersion: string): Promise<readonly Resource[]> {
  try {
    const document = (await client.get(apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`)) as {
      resources?: readonly {name: string; kind: string; namespaced: boolean; shortNames?: readonly string[]; singularName?: string}[];
    };
    return (document.resources ?? [])
      .filter((resource) => !resource.name.includes('/'))
      .map(({name, kind, namespaced, shortNames, singularName}) => ({
        kind,
        apiVersion,
        plural: name,
        namespaced,
        aliases: [...(singularName ? [singularName] : []), ...(shortNames ?? [])],
      }));
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 404) return [];
    throw error;
  }
}
