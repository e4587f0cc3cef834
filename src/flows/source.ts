import {KiadaError} from '../errors.ts';
import type {KubeClient, ObjectSource} from '../kube/index.ts';

export interface SourceFlags {
  readonly context?: string | undefined;
  readonly kubeconfig?: string | undefined;
  readonly snapshot?: string | undefined;
  readonly 'request-timeout'?: number | undefined;
}

export type ClusterSource = ObjectSource & {readonly client: KubeClient};

/** What a read command reads from: the snapshot if one is named, else the kubeconfig's cluster. `onlyServer` is that of ConnectOptions. */
export async function openSource(flags: SourceFlags, onlyServer = false): Promise<ObjectSource | ClusterSource> {
  if (flags.snapshot === undefined) return openCluster(flags, onlyServer);
  const {snapshotSource} = await import('../kube/index.ts');
  return snapshotSource(flags.snapshot);
}

/** The kubeconfig's cluster. */
export async function openCluster(flags: SourceFlags, onlyServer = false): Promise<ClusterSource> {
  const {clusterSource, connect} = await import('../kube/index.ts');
  const {context, kubeconfig, 'request-timeout': requestTimeoutMs} = flags;
  return clusterSource(await connect({context, kubeconfig, requestTimeoutMs, onlyServer}));
}

/** The cluster behind a source; an error for a snapshot, which takes no traffic. */
export function needsCluster(source: ObjectSource | ClusterSource, what: string): ClusterSource {
  if ('client' in source) return source;
  throw new KiadaError('UNKNOWABLE', `${what} needs a cluster; a snapshot has only objects`, {hint: 'Leave out --snapshot.'});
}
