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

const DEPRECATED: Readonly<Record<string, string>> = {
  'v1/endpoints': 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  'v1/componentstatuses': 'v1 ComponentStatus is deprecated in v1.19+',
};

/** The warning that comes with every request for a kind that is to go. */
export function deprecationWarnings({group, version, plural}: ResourceInfo): string[] {
  const text = group === '' ? DEPRECATED[`${version}/${plural}`] : undefined;
  return text === undefined ? [] : [text];
}
