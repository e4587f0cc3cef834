import {existsSync, mkdirSync, readdirSync, rmSync} from 'node:fs';
import path from 'node:path';
import type {ClusterView} from '../../model/index.ts';
import {type Clock, systemClock} from '../../probe/index.ts';
import type {Api, ApiChange} from '../api.ts';
import type {Image} from '../image.ts';
import type {PodNetwork} from '../pod-network.ts';
import type {PodRuntime} from '../pod-runtime.ts';
import {createServiceLinks, type ServiceLinks} from './container/service-links.ts';
import type {KubeletContext} from './context.ts';
import {AddressPool} from './node/address-pool.ts';
import {EventRecorder} from './node/events.ts';
import {NodeKubelet} from './node/node-kubelet.ts';
import {NODE_CAPACITY, type NodeSpec} from './node/node-object.ts';
import {podRuntime} from './runtime/pod-runtime.ts';
import type {TokenRequest} from './volumes/payload.ts';
import {reclaimVolume} from './volumes/pod-volumes.ts';

/** What the sandbox's nodes are started with. */
export interface KubeletOptions {
  readonly api: Api;
  readonly network: PodNetwork;
  /** The catalogue: containers of other images stay in ErrImagePull. */
  readonly images: readonly Image[];
  /** Volumes and logs lie below this folder, which is made with mode 0700. */
  readonly dataDir: string;
  readonly nodes: readonly NodeSpec[];
  /** The cluster as it is now, for the variables of Services. */
  readonly view: () => ClusterView;
  /** A token of a service account, for projected volumes. */
  readonly issueToken: (request: TokenRequest) => string;
  /** Addresses of the cluster's DNS server. */
  readonly clusterDNS: readonly string[];
  /** Without final dot; `cluster.local` by default. */
  readonly clusterDomain?: string;
  /** The text of the nodes' own resolv.conf: what pods with `dnsPolicy: Default` get. */
  readonly nodeResolvConf?: string;
  readonly clock?: Clock;
  readonly log: (message: string) => void;
}

export interface Kubelets {
  readonly runtime: PodRuntime;
  /** Takes a node down as if its power had gone: pods stop, connections are reset, signs of life cease. */
  stopNode(name: string): Promise<void>;
  /** Brings it up again: its pods' containers are started anew, with one restart more and the same addresses. */
  startNode(name: string): void;
  /** Takes all nodes down. What the API says of pods stays as it is, for the next start. */
  close(): Promise<void>;
}

/** Objects that a waiting container or volume may be waiting for. */
const CONFIGURATION = new Set(['configmaps', 'secrets', 'persistentvolumeclaims', 'persistentvolumes', 'serviceaccounts']);

/** Starts the kubelets of all nodes, and with them the pods that are bound there already. */
export function startKubelets(options: KubeletOptions): Kubelets {
  mkdirSync(options.dataDir, {recursive: true, mode: 0o700});
  removeOrphans(options);
  const nodes = new Map<string, NodeKubelet>();
  const waiting = new Set<() => void>();
  const links = createServiceLinks(options.view);
  const start = (spec: NodeSpec) => nodes.set(spec.name, new NodeKubelet(spec, contextOf(spec, options, waiting, links)));
  for (const spec of options.nodes) start(spec);
  const stopWatching = watchInTurn(options.api, (change) => dispatch(change, nodes, waiting, options.dataDir));
  const stopNode = async (name: string) => {
    const node = nodes.get(name);
    nodes.delete(name);
    await node?.halt();
  };
  return {
    runtime: podRuntime(options.api, (namespace, name) => findLife(nodes, namespace, name), options),
    stopNode,
    startNode(name) {
      const spec = options.nodes.find((node) => node.name === name);
      if (!spec) throw new Error(`there is no node ${name}`);
      if (!nodes.has(name)) start(spec);
    },
    async close() {
      stopWatching();
      await Promise.all([...nodes.keys()].map(stopNode));
    },
  };
}

/** What is left of pods that are no more: a process that was killed could not clear up behind itself. */
function removeOrphans({api, dataDir}: KubeletOptions): void {
  const uids = new Set(api.list('pods').map(({metadata}) => metadata?.uid ?? ''));
  for (const folder of [path.join(dataDir, 'logs'), path.join(dataDir, 'volumes', 'pods')]) {
    if (!existsSync(folder)) continue;
    for (const uid of readdirSync(folder)) if (!uids.has(uid)) rmSync(path.join(folder, uid), {recursive: true, force: true});
  }
}

/** The API calls its watchers within the write; what they do in turn must come after it. */
function watchInTurn(api: Api, handle: (change: ApiChange) => void): () => void {
  let queue: ApiChange[] = [];
  const drain = () => {
    const changes = queue;
    queue = [];
    for (const change of changes) handle(change);
  };
  return api.watch((change) => {
    if (change.resource !== 'pods' && !CONFIGURATION.has(change.resource)) return;
    if (queue.length === 0) queueMicrotask(drain);
    queue.push(change);
  });
}

function dispatch(change: ApiChange, nodes: ReadonlyMap<string, NodeKubelet>, waiting: Set<() => void>, dataDir: string): void {
  if (change.resource === 'pods') {
    const name = (change.object['spec'] as {nodeName?: string} | undefined)?.nodeName;
    if (name !== undefined) nodes.get(name)?.podChanged(change);
    return;
  }
  if (change.resource === 'persistentvolumes' && change.type === 'DELETED') reclaimVolume(path.join(dataDir, 'volumes'), change.object);
  for (const node of nodes.values()) node.configurationChanged(change.object.metadata?.namespace ?? '');
  for (const wake of [...waiting]) wake();
}

function findLife(nodes: ReadonlyMap<string, NodeKubelet>, namespace: string, name: string) {
  for (const node of nodes.values()) {
    const life = node.find(namespace, name);
    if (life) return life;
  }
  return null;
}

function contextOf(spec: NodeSpec, options: KubeletOptions, waiting: Set<() => void>, serviceLinks: ServiceLinks): KubeletContext {
  const {api, network, images, dataDir, issueToken, clusterDNS, log} = options;
  const clock = options.clock ?? systemClock;
  return {
    api,
    network,
    images,
    dataDir,
    clock,
    log,
    serviceLinks,
    issueToken,
    clusterDNS,
    clusterDomain: options.clusterDomain ?? 'cluster.local',
    nodeResolvConf: options.nodeResolvConf ?? '',
    nodeName: spec.name,
    nodeIPs: spec.addresses,
    allocatable: NODE_CAPACITY,
    pools: spec.podCIDRs.map((range) => new AddressPool(range)),
    events: new EventRecorder(api, clock, spec.name),
    pulled: new Set(),
    configurationChanged: (signal) => nextChange(waiting, signal),
  };
}

function nextChange(waiting: Set<() => void>, signal: AbortSignal): Promise<void> {
  const {promise, resolve} = Promise.withResolvers<void>();
  const wake = () => {
    waiting.delete(wake);
    signal.removeEventListener('abort', wake);
    resolve();
  };
  waiting.add(wake);
  signal.addEventListener('abort', wake, {once: true});
  return promise;
}
