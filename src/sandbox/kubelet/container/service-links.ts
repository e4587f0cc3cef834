import {serviceVariables} from '../../../endpoints/index.ts';
import type {ClusterView} from '../../../model/index.ts';

/** What the Services give to containers of a namespace that start now. */
export type ServiceLinks = (namespace: string, enableServiceLinks: boolean) => ReadonlyMap<string, string>;

/** Made once for all containers that start between two changes of Services. */
export function createServiceLinks(view: () => ClusterView): ServiceLinks {
  let services: ClusterView['services'] | null = null;
  const known = new Map<string, ReadonlyMap<string, string>>();
  return (namespace, enableServiceLinks) => {
    const current = view();
    if (current.services !== services) {
      services = current.services;
      known.clear();
    }
    const key = enableServiceLinks ? namespace : '';
    const links =
      known.get(key) ?? new Map(serviceVariables(current, namespace, {enableServiceLinks}).map(({name, value}) => [name, value] as const));
    known.set(key, links);
    return links;
  };
}
