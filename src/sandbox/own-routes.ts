import type {KubernetesObject} from '../model/index.ts';
import type {Api} from './api.ts';
import {ApiError} from './api.ts';
import type {HostPort} from './network/index.ts';

/** What the sandbox tells about itself, beside the Kubernetes API: GET /kiada/v1/status. */
export interface SandboxInfo {
  readonly name: string;
  readonly server: string;
  readonly dataDir: string;
  readonly pid: number;
  readonly startedAt: string;
  readonly residentBytes: number;
  readonly nodes: readonly {
    readonly name: string;
    readonly zone: string | null;
    readonly addresses: readonly string[];
    readonly ready: boolean;
  }[];
  readonly dns: {readonly address: string; readonly port: number};
  readonly socks5: {readonly address: string; readonly port: number; readonly password: string};
  readonly nodePorts: readonly HostPort[];
}

export interface OwnRoutes {
  readonly info: () => SandboxInfo;
  readonly stopNode: (name: string) => Promise<void>;
  readonly startNode: (name: string) => void;
}

const NODE_ACTION = /^\/kiada\/v1\/nodes\/([a-z0-9.-]+)\/(stop|start)$/;

/** Answers the sandbox's own paths below /kiada/v1/; null for any other. Callers are authenticated before. Throws ApiError. */
export async function answerOwn(routes: OwnRoutes, api: Api, method: string, path: string): Promise<object | null> {
  if (path === '/kiada/v1/status' && method === 'GET') return routes.info();
  const [, node, action] = NODE_ACTION.exec(path) ?? [];
  if (node === undefined || method !== 'POST') return null;
  if (api.get('nodes', '', node) === null) throw new ApiError(404, 'NotFound', `nodes "${node}" not found`, {name: node, kind: 'nodes'});
  if (action === 'stop') await routes.stopNode(node);
  else routes.startNode(node);
  return {node, action};
}

/** The nodes as the status tells them. */
export function nodeInfo(nodes: readonly KubernetesObject[]): SandboxInfo['nodes'] {
  return nodes.map((node) => {
    const status = (node['status'] ?? {}) as {
      addresses?: readonly {type: string; address: string}[];
      conditions?: readonly {type: string; status: string}[];
    };
    return {
      name: node.metadata?.name ?? '',
      zone: node.metadata?.labels?.['topology.kubernetes.io/zone'] ?? null,
      addresses: (status.addresses ?? []).filter((entry) => entry.type === 'InternalIP').map((entry) => entry.address),
      ready: (status.conditions ?? []).some((condition) => condition.type === 'Ready' && condition.status === 'True'),
    };
  });
}
