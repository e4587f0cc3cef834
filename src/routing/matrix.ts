import {compareAddresses} from '../ip/index.ts';
import type {ClusterView, MatrixRow, NamespacedName, Path, Route, RouteMatrix, Vantage} from '../model/index.ts';
import {route} from './route.ts';

/** Which of a Service's paths to lay out. */
export interface MatrixQuestion {
  readonly service: NamespacedName;
  /** All that the Service has, where absent or `all`. */
  readonly via?: Path | 'all';
  readonly port?: number | string;
  /** Who calls at node ports, load balancer addresses and external IPs: an outside client where absent. At cluster IPs each node itself calls. */
  readonly from?: Vantage | string;
}

/** The matrices of a Service's proxied paths, in the order of `route`. Empty for headless and ExternalName Services. Throws as `route` does. */
export function matrix(view: ClusterView, question: MatrixQuestion): RouteMatrix[] {
  return matricesOf(matrixRoutes(view, question));
}

/** The routes that enter at each node, by node: what the matrices are laid out from. Throws as `route` does. */
export function matrixRoutes(view: ClusterView, question: MatrixQuestion): Route[] {
  return [...view.nodes.keys()].sort().flatMap((node) => routesEntering(view, question, node));
}

/** Lays routes of one Service out as matrices, one for each path, port, family and address. */
export function matricesOf(routes: readonly Route[]): RouteMatrix[] {
  const groups = new Map<string, Route[]>();
  for (const found of routes) {
    const key = [found.via, found.port, found.protocol, found.ipFamily, found.via === 'nodeport' ? '' : found.address].join(' ');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [found]);
    else group.push(found);
  }
  return [...groups.values()].map(matrixOf);
}

/** What enters at a node: to cluster IPs from the node itself, to all else from whoever asks, addressed to or sent through that node. */
function routesEntering(view: ClusterView, question: MatrixQuestion, node: string): readonly Route[] {
  const {service, port, via} = question;
  const asked = {service, ...(via === undefined ? {} : {via}), ...(port === undefined ? {} : {port})};
  const inside = route(view, {...asked, from: {kind: 'Node', name: node}}).filter((found) => found.via === 'clusterip');
  const outside = route(view, {...asked, from: question.from ?? {kind: 'Outside'}, entryNode: node});
  return [...inside, ...outside.filter((found) => found.via !== 'clusterip')].filter((found) => found.entryNode === node);
}

function matrixOf(routes: readonly Route[]): RouteMatrix {
  const [first] = routes as readonly [Route, ...Route[]];
  const columns = columnsOf(routes);
  const {via, port, portName, protocol, ipFamily} = first;
  return {
    via,
    address: via === 'nodeport' ? null : first.address,
    port,
    portName,
    protocol,
    ipFamily,
    columns,
    rows: routes.map((found) => rowOf(found, columns)),
    holes: routes.filter(({verdict}) => verdict === 'drop' || verdict === 'reject').map(({entryNode}) => entryNode as string),
  };
}

function columnsOf(routes: readonly Route[]): RouteMatrix['columns'] {
  const byKey = new Map<string, RouteMatrix['columns'][number]>();
  for (const {address, port, pod, node, zone, state} of routes.flatMap(({endpoints}) => endpoints)) {
    byKey.set(`${address} ${port}`, {address, port, pod, node, zone, state});
  }
  return [...byKey.values()].sort((left, right) => compareAddresses(left.address, right.address) || left.port - right.port);
}

function rowOf(found: Route, columns: RouteMatrix['columns']): MatrixRow {
  const shares = new Map(found.endpoints.map(({address, port, probability}) => [`${address} ${port}`, probability]));
  return {
    node: found.entryNode as string,
    verdict: found.verdict,
    reason: found.reason,
    probabilities: columns.map(({address, port}) => shares.get(`${address} ${port}`) ?? 0),
  };
}
