import {readFileSync} from 'node:fs';
import {kubeconfigPath} from '../flows/kubeconfig-file.ts';
import {staticClient} from '../kube/connect.ts';
import {collectionPath, RESOURCES, type ResourceName} from '../kube/resources.ts';
import {readStaticConfig} from '../kube/static-config.ts';

type Flags = ReadonlyMap<string, string>;

/** The live names of a kind; none where they cannot be had quickly. */
export async function namesOf(what: string, flags: Flags): Promise<readonly string[]> {
  switch (what) {
    case 'setups':
      return (await import('../suite/setups/index.ts')).setups().map((setup) => setup.name);
    case 'codes':
      return (await import('../findings/index.ts')).codes();
    case 'contexts':
      return contextNames();
    case 'services':
    case 'pods':
    case 'nodes':
    case 'namespaces':
      return listNames(what, flags);
    case 'vantages':
      return [...(await prefixed('pod', 'pods', flags)), ...(await prefixed('node', 'nodes', flags)), 'outside'];
    case 'targets':
      return [...(await prefixed('svc', 'services', flags)), ...(await prefixed('pod', 'pods', flags))];
    default:
      return [];
  }
}

async function prefixed(prefix: string, resource: ResourceName, flags: Flags): Promise<readonly string[]> {
  return (await listNames(resource, flags)).map((name) => `${prefix}/${name}`);
}

async function listNames(name: ResourceName, flags: Flags): Promise<readonly string[]> {
  const config = readStaticConfig({kubeconfig: flags.get('kubeconfig'), context: flags.get('context')});
  if (config === null) return [];
  const resource = RESOURCES[name];
  const client = staticClient(config, {requestTimeoutMs: 1000});
  try {
    const list = (await client.send({
      path: collectionPath(resource, resource.namespaced ? (flags.get('namespace') ?? config.namespace) : null),
      query: {limit: 500},
      // names are enough: the metadata alone is a fraction of the objects
      accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json',
    })) as {body: {items?: readonly {metadata?: {name?: string}}[]}};
    return (list.body.items ?? []).flatMap((item) => item.metadata?.name ?? []);
  } finally {
    client.close();
  }
}

async function contextNames(): Promise<readonly string[]> {
  const {parse} = await import('yaml');
  const config = parse(readFileSync(kubeconfigPath(), 'utf8')) as {contexts?: readonly {name?: string}[]} | null;
  return (config?.contexts ?? []).flatMap((context) => context.name ?? []);
}
