import type {ResourceInfo} from '../schema/index.ts';

/** Kinds that something in the sandbox acts on, or that need nobody to act on them. */
const ACTED_ON = new Set(
  (
    'configmaps endpoints endpointslices events namespaces nodes persistentvolumeclaims persistentvolumes pods secrets serviceaccounts services ' +
    'storageclasses leases deployments replicasets jobs controllerrevisions'
  ).split(' '),
);

/** The warning about an object that is kept faithfully and has no effect. */
export function actedOnWarnings({plural, kind}: ResourceInfo): string[] {
  return ACTED_ON.has(plural) ? [] : [`the sandbox stores ${kind} objects, but nothing in it acts on them`];
}
