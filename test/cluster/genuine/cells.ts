import {familyOf} from '../../../src/ip/index.ts';
import type {ClusterView, Route} from '../../../src/model/index.ts';
import {healthCheck, judgePacket, route} from '../../../src/routing/index.ts';
import type {Place} from './place.ts';

/** One address as one vantage meets it: what may come of a connection there, by the routing core. */
export interface Cell {
  readonly title: string;
  /** As `kiada load` is told; null: no path of a Service. */
  readonly way: {readonly via: string; readonly entryNode: string | null} | null;
  readonly host: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
  readonly path: string;
  /** `NAME<-SOURCE`, `reject`, `drop`, `unreachable`, or `HTTP STATUS COUNT` of a health check. */
  readonly predicted: readonly string[];
  readonly coverage: Coverage;
}

/** Which of the predicted outcomes connections must meet: all of them, some, or (with affinity) always the same one. */
type Coverage = 'all' | 'some' | 'one';

export interface CellQuestion {
  readonly service: {readonly namespace: string; readonly name: string};
  /** As `route` takes it. */
  readonly from: string;
}

/** The cells of one Service from one vantage: its routes, those to one address together. */
export function cellsOf(view: ClusterView, {service, from}: CellQuestion): readonly Cell[] {
  const groups = Map.groupBy(
    route(view, {service, from}).filter((found) => isTestable(view, found)),
    ({via, address, port, protocol}) => `${service.name} from ${from} by ${via} at ${address} port ${port} ${protocol}`,
  );
  return [...groups].map(([title, routes]) => {
    const [first] = routes as [Route, ...Route[]];
    return {
      title,
      way: {via: first.via, entryNode: routes.length === 1 ? first.entryNode : null},
      host: first.address ?? '',
      port: first.port ?? 0,
      protocol: first.protocol === 'UDP' ? 'UDP' : 'TCP',
      path: '/',
      predicted: [...new Set(routes.flatMap((found) => outcomesOf(view, found)))].toSorted(),
      coverage: coverageOf(view, first),
    };
  });
}

/** The health check node port of a Service at each node, as a load balancer asks it: in the Service's first family. */
export function healthCells(view: ClusterView, service: CellQuestion['service']): readonly Cell[] {
  const family = view.services.get(`${service.namespace}/${service.name}`)?.ipFamilies[0];
  return [...view.nodes.values()].flatMap((node): readonly Cell[] => {
    const check = healthCheck(view, service, node.name);
    const host = node.internalIPs.find((ip) => familyOf(ip) === family);
    if (check === null || host === undefined) return [];
    const predicted = [`HTTP ${check.status} ${check.localEndpoints}`];
    return [
      {
        title: `${service.name}: health check at ${node.name}`,
        way: null,
        host,
        port: check.port,
        protocol: 'TCP',
        path: '/healthz',
        predicted,
        coverage: 'all',
      },
    ];
  });
}

const STRAY_PORT = 9;

/** What kube-proxy leaves to the network, the rig's router has no way to: it says so, or nothing. */
const NOWHERE = {predicted: ['drop', 'unreachable'], coverage: 'some'} as const;

/** In iptables mode a node's own packet to an address without endpoints goes out first; who then refuses it, if anybody, is chance. */
const SENT_OUT = ['drop', 'reject', 'unreachable'];

/** A port that the Service does not have, at each of its addresses, from a pod or node: kube-proxy has a word about that too. */
export function strayCells(view: ClusterView, {service, from}: CellQuestion, protocol: Cell['protocol'] = 'TCP'): readonly Cell[] {
  const record = view.services.get(`${service.namespace}/${service.name}`);
  const [origin] = route(view, {service, from});
  if (record === undefined || origin === undefined || origin.from.node === null) return [];
  const node = origin.from.node;
  const ips = origin.from.kind === 'Node' ? (view.nodes.get(node)?.internalIPs ?? []) : podIPs(view, origin);
  return record.clusterIPs.flatMap((host): readonly Cell[] => {
    const sourceIP = ips.find((ip) => familyOf(ip) === familyOf(host));
    if (sourceIP === undefined) return [];
    const {verdict} = judgePacket(view, {node, sourceIP, destinationIP: host, destinationPort: STRAY_PORT, protocol});
    const title = `${service.name} from ${from} at ${host} port ${STRAY_PORT} ${protocol}`;
    return [
      {
        title,
        way: null,
        host,
        port: STRAY_PORT,
        protocol,
        path: '/',
        ...(verdict === 'ignore' ? NOWHERE : {predicted: [verdict], coverage: 'all'}),
      },
    ];
  });
}

function podIPs(view: ClusterView, {from}: Route): readonly string[] {
  return view.pods.get(`${from.namespace}/${from.name}`)?.ips ?? [];
}

/**
 * What the rig's network leads somewhere. Its router knows no external IPs and no other balancer's addresses; its balancer asks health
 * check node ports by IPv4 alone; and who is outside has one address a vantage.
 */
function isTestable(view: ClusterView, {via, address, port, from, service: {namespace, name}}: Route): boolean {
  if (address === null || port === null) return false;
  const {ingress = [], ipFamilies = [], healthCheckNodePort = null} = view.services.get(`${namespace}/${name}`) ?? {};
  if (via === 'loadbalancer' && !ingress.every(({ipMode}) => ipMode === 'VIP')) return false;
  if (from.kind !== 'Outside') return true;
  if (from.ip === null) return false;
  if (via === 'loadbalancer') return /^(172\.32|fd00:32:)/.test(address) && (healthCheckNodePort === null || ipFamilies[0] === 'IPv4');
  return via !== 'externalip';
}

function isSentOut({options: {proxyMode}}: ClusterView, {verdict, via, from}: Route): boolean {
  return proxyMode === 'iptables' && verdict === 'drop' && from.kind === 'Node' && (via === 'loadbalancer' || via === 'externalip');
}

function outcomesOf(view: ClusterView, found: Route): readonly string[] {
  const {verdict, endpoints} = found;
  if (isSentOut(view, found)) return SENT_OUT;
  if (verdict !== 'forward') return [verdict];
  return endpoints.map(({address, sourceSeen}) => `${view.podsByIP.get(address)?.[0]?.split('/')[1]}<-${sourceSeen}`);
}

/** A caller on the nodes' own network is soon told by ICMP to send straight to the node that the router chose first. */
function coverageOf(view: ClusterView, found: Route): Coverage {
  const {affinity, via, from} = found;
  if (isSentOut(view, found)) return 'some';
  const balanced = via === 'loadbalancer' && from.kind === 'Outside';
  if (affinity !== null) return balanced ? 'some' : 'one'; // each node that the balancer chooses has an affinity of its own
  return balanced && from.ip?.startsWith(nodesNetwork(view)) ? 'some' : 'all';
}

function nodesNetwork(view: ClusterView): string {
  const [node] = view.nodes.values();
  return (node?.internalIPs[0] ?? '').replace(/\d+$/, '');
}

const MAX_TRIES = 250;
const RETRY_MS = 20_000;

/** Connects until what is seen agrees with the prediction; null, or what disagrees when the time is over. */
export async function disagreement(place: Place, cell: Cell): Promise<string | null> {
  const {host, port, protocol, path, predicted, coverage} = cell;
  const refusal = !predicted.some((outcome) => outcome.includes('<-'));
  const want = coverage === 'all' ? predicted.length : 1;
  let deadline = Number.POSITIVE_INFINITY;
  for (;;) {
    // a lost SYN is sent again after one and three seconds; refusals are limited in their rate and may take another
    const patienceMs = refusal && predicted[0] !== 'reject' ? 3500 : 8000;
    const alone = predicted.includes('reject');
    const {outcomes, tries} = await place.probe({host, port, protocol, path, minTries: 6, maxTries: MAX_TRIES, want, patienceMs, alone});
    deadline = Math.min(deadline, Date.now() + RETRY_MS); // the first report may have waited long for its turn
    const unexpected = outcomes.map(asVerdict(predicted)).filter((outcome) => !predicted.includes(outcome));
    const missing = coverage === 'all' ? predicted.filter((outcome) => !outcomes.map(asVerdict(predicted)).includes(outcome)) : [];
    const wandering = coverage === 'one' && outcomes.length > 1;
    if (unexpected.length === 0 && missing.length === 0 && !wandering) return null;
    if (Date.now() > deadline) return `${cell.title}: predicted ${predicted.join(', ')}; seen ${outcomes.join(', ')} in ${tries} tries`;
  }
}

/** A router refuses what it has no way to, but not at any rate: silence is `unreachable` too. */
function asVerdict(predicted: readonly string[]): (outcome: string) => string {
  return (outcome) => (outcome === 'drop' && predicted[0] === 'unreachable' ? 'unreachable' : outcome);
}
