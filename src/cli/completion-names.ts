import {readMergedConfig} from '../kube/merged-config.ts';
import {collectionPath, RESOURCES, type ResourceName} from '../kube/resources.ts';
import {readStaticConfig} from '../kube/static-config.ts';
import {shortGet} from './short-get.ts';

/** What a line of the sandbox's log may begin with, after its time. */
const COMPONENTS = ['api-server', 'controllers', 'daemon', 'kubelet', 'network', 'store'];

type Flags = ReadonlyMap<string, string>;

/** The live names of a kind; none where they cannot be had quickly. */
export async function namesOf(what: string, flags: Flags): Promise<readonly string[]> {
  switch (what) {
    case 'setups':
      return (await import('../suite/setups/index.ts')).setups().map((setup) => setup.name);
    case 'codes':
      return (await import('../findings/index.ts')).codes();
    case 'contexts':
      return contextNames(flags);
    case 'services':
    case 'pods':
    case 'nodes':
    case 'namespaces':
      return listNames(what, flags);
    case 'components':
      return COMPONENTS;
    case 'vantages':
      return ['outside', ...(await prefixed(flags, {pod: 'pods', node: 'nodes'}))];
    case 'targets':
      return prefixed(flags, {svc: 'services', pod: 'pods', deploy: 'deployments'});
    default:
      return [];
  }
}

/** Names of several kinds with the kind before each; a kind that cannot be listed is left out. */
async function prefixed(flags: Flags, kinds: Readonly<Record<string, ResourceName>>): Promise<readonly string[]> {
  const lists = await Promise.allSettled(
    Object.entries(kinds).map(async ([prefix, resource]) => (await listNames(resource, flags)).map((name) => `${prefix}/${name}`)),
  );
  return lists.flatMap((list) => (list.status === 'fulfilled' ? list.value : []));
}

async function listNames(name: ResourceName, flags: Flags): Promise<readonly string[]> {
  const config = await readStaticConfig({kubeconfig: flags.get('kubeconfig'), context: flags.get('context')});
  if (config === null) return [];
  const resource = RESOURCES[name];
  const list = (await shortGet(config, {
    path: `${collectionPath(resource, resource.namespaced ? (flags.get('namespace') ?? config.namespace) : null)}?limit=500`,
    // names are enough: the metadata alone is a fraction of the objects
    accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json',
    timeoutMs: 1000,
  })) as {items?: readonly {metadata?: {name?: string}}[]};
  return (list.items ?? []).flatMap((item) => item.metadata?.name ?? []);
}

async function contextNames(flags: Flags): Promise<readonly string[]> {
  return [...(await readMergedConfig(flags.get('kubeconfig'))).contexts.keys()];
}
