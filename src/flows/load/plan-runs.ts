import {KiadaError} from '../../errors.ts';
import type {ClusterView, NamespacedName, Path, Protocol, Route, RouteEndpoint, Vantage} from '../../model/index.ts';
import {lastingVantage, requireVantage, vantageText} from '../vantage.ts';

/** One run: from where, to which address, and where its connections should end up. */
export interface PlannedRun {
  readonly via: Path;
  readonly from: Vantage;
  readonly fromText: string;
  readonly entryNode: string | null;
  /** How many nodes connections may enter by: each keeps its own table of session affinity. */
  readonly entries: number;
  readonly address: string;
  readonly port: number;
  /** Address and port of each endpoint with the share of connections that it should get. */
  readonly predicted: readonly RouteEndpoint[];
  /** What the routes say beside their endpoints: the first of them. */
  readonly route: Route;
}

export interface RunQuestion {
  readonly service: NamespacedName;
  readonly via: readonly Path[];
  readonly from: string | null;
  readonly entry: string | null;
  readonly port: string | null;
  readonly protocol: 'TCP' | 'UDP';
}

const LOADABLE: readonly Path[] = ['clusterip', 'nodeport', 'loadbalancer', 'externalip'];

/** The runs for the paths that are asked for (empty: all that the Service has and the vantage can take). */
export async function planRuns(view: ClusterView, question: RunQuestion): Promise<readonly PlannedRun[]> {
  const {parseVantage, route} = await import('../../routing/index.ts');
  const {pathsOf} = await import('../../inspect/index.ts');
  const service = view.services.get(`${question.service.namespace}/${question.service.name}`);
  if (service === undefined) return [];
  const own = pathsOf(service).filter((path) => LOADABLE.includes(path));
  const wanted = question.via.length > 0 ? question.via : own;
  if (wanted.length === 0)
    throw new KiadaError('NOT_FOUND', `Service "${service.name}" has no path that load can take`, {
      hint: 'A headless Service or an ExternalName is only a name: load its pods.',
    });
  const ports = service.ports.filter(({protocol}) => protocol === question.protocol);
  if (ports.length === 0) throw wrongProtocol(question, service.ports[0]?.protocol);
  return wanted.map((via) => {
    const from = question.from === null ? usualVantage(view, question.service, via) : parseVantage(question.from, service.namespace);
    requireVantage(view, from);
    const entry = question.entry === null ? {} : {entryNode: question.entry};
    const port = question.port === null ? {} : {port: /^\d+$/.test(question.port) ? Number(question.port) : question.port};
    const routes = route(view, {service: question.service, from, via, ...entry, ...port}).filter(
      ({protocol}) => protocol === null || protocol === question.protocol,
    );
    return planRun(via, from, routes, ports[0]?.name ?? null);
  });
}

function wrongProtocol({service, protocol}: RunQuestion, other: Protocol | undefined): KiadaError {
  const hint = other === 'UDP' ? 'Add --udp --body TEXT to send datagrams.' : 'Leave --udp out.';
  return new KiadaError('NOT_FOUND', `Service "${service.name}" has no ${protocol} port`, {
    hint: other === 'SCTP' ? 'SCTP cannot be sent.' : hint,
  });
}

/** Cluster IPs are loaded from a pod, everything else from outside, as its users do. */
function usualVantage(view: ClusterView, service: NamespacedName, via: Path): Vantage {
  return via === 'clusterip' ? lastingVantage(view, service) : {kind: 'Outside'};
}

function planRun(via: Path, from: Vantage, routes: readonly Route[], firstPort: string | null): PlannedRun {
  const usable = routes.filter((route) => route.address !== null && route.port !== null && route.verdict !== 'unreachable');
  const ofPort = usable.filter((route) => (route.portName ?? '') === (firstPort ?? ''));
  const candidates = ofPort.length > 0 ? ofPort : usable;
  // a node port is addressed at one node: the first that forwards
  const chosen = candidates.find((route) => route.verdict === 'forward') ?? candidates[0];
  if (chosen === undefined)
    throw new KiadaError('UNKNOWABLE', `no path ${via} from ${vantageText(from)}: ${routes[0]?.reason ?? 'the Service has none'}`);
  // the balancer outside takes any of its nodes: what to expect is the mean over them
  const same =
    via === 'loadbalancer' && from.kind === 'Outside'
      ? candidates.filter((route) => route.address === chosen.address && route.port === chosen.port)
      : [chosen];
  return {
    via,
    from,
    fromText: vantageText(from),
    entryNode: same.length > 1 ? null : chosen.entryNode,
    entries: same.length,
    address: chosen.address as string,
    port: chosen.port as number,
    predicted: meanShares(same),
    route: chosen,
  };
}

function meanShares(routes: readonly Route[]): readonly RouteEndpoint[] {
  const shares = new Map<string, RouteEndpoint>();
  for (const route of routes) {
    for (const endpoint of route.endpoints) {
      const key = `${endpoint.address} ${endpoint.port}`;
      const before = shares.get(key)?.probability ?? 0;
      shares.set(key, {...endpoint, probability: before + endpoint.probability / routes.length});
    }
  }
  return [...shares.values()].toSorted((a, b) => (a.address < b.address ? -1 : 1));
}
