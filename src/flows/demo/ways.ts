import {setTimeout as delay} from 'node:timers/promises';
import {KiadaError} from '../../errors.ts';
import type {ClusterView, Node, Service} from '../../model/index.ts';
import {readView} from '../read-view.ts';
import type {ClusterSource} from '../source.ts';
import {getHttp} from './get-http.ts';

type DemoPath = 'clusterip' | 'nodeport' | 'loadbalancer';

/** How the demonstration gets to Kiada in a cluster that is no sandbox. */
export interface Ways {
  /** What to name in `--from` for a path; or why the path is closed. */
  to(via: DemoPath): Promise<{readonly from: string} | {readonly closed: string}>;
}

const ANSWER_MS = 2000;
/** How long a load balancer's address is waited for. */
const BALANCER_MS = 20_000;

/**
 * Node ports and load balancers are taken from this machine where it reaches them, and all else from a node, by an agent there: unlike one
 * in a pod it leaves nothing behind.
 */
export async function waysOf(source: ClusterSource): Promise<{ways: Ways; nodes: readonly Node[]}> {
  const nodes = [...(await read(source)).nodes.values()];
  const node = nodes.find(({ready, unschedulable}) => ready && !unschedulable) ?? nodes[0];
  if (node === undefined) {
    throw new KiadaError('FORBIDDEN', 'the nodes of the cluster cannot be read: there is no place to send load from', {
      hint: 'The demonstration needs the right to list nodes.',
    });
  }
  const inside = {from: `node/${node.name}`};
  return {
    nodes,
    ways: {
      async to(via) {
        if (via === 'clusterip') return inside;
        const kiada = via === 'loadbalancer' ? await balanced(source) : await kiadaOf(source);
        const place = via === 'loadbalancer' ? balancerOf(kiada) : nodePortOf(kiada, node);
        if (place === null) return {closed: via === 'loadbalancer' ? NO_BALANCER : 'the Service has no node port'};
        return (await isReached(place)) ? {from: 'outside'} : inside;
      },
    },
  };
}

const NO_BALANCER = 'no load balancer has given the Service an address';

interface Place {
  readonly host: string;
  readonly port: number;
}

function read(source: ClusterSource): Promise<ClusterView> {
  const {namespace} = source;
  return readView(source, {namespace, services: ['kiada'], pods: false, nodes: true, events: false}).then(({view}) => view);
}

async function kiadaOf(source: ClusterSource): Promise<Service | null> {
  return (await read(source)).services.get(`${source.namespace}/kiada`) ?? null;
}

async function balanced(source: ClusterSource): Promise<Service | null> {
  for (const deadline = Date.now() + BALANCER_MS; ; await delay(500)) {
    const kiada = await kiadaOf(source);
    if (balancerOf(kiada) !== null || Date.now() > deadline) return kiada;
  }
}

function balancerOf(kiada: Service | null): Place | null {
  const [first] = kiada?.ingress ?? [];
  const host = first?.ip ?? first?.hostname ?? null;
  return host === null ? null : {host, port: kiada?.ports[0]?.port ?? 80};
}

function nodePortOf(kiada: Service | null, node: Node): Place | null {
  const port = kiada?.ports[0]?.nodePort ?? null;
  const [host] = node.internalIPs;
  return port === null || host === undefined ? null : {host, port};
}

/** Whether it is Kiada that answers there: some machines' way out takes every connection, whoever it is for. */
async function isReached(place: Place): Promise<boolean> {
  const {dialDirect} = await import('../../vantage/index.ts');
  try {
    const {socket} = await dialDirect()(place, {timeoutMs: ANSWER_MS});
    const {headers} = await getHttp(socket, {...place, path: '/healthz/ready'}, ANSWER_MS);
    return headers['x-kiada-pod'] !== undefined;
  } catch {
    return false; // refused, unrouted or silent: what it is shows when an agent tries
  }
}
