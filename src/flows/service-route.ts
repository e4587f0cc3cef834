import type {ObjectSource} from '../kube/index.ts';
import type {Path, Route, ServiceRouteResult} from '../model/index.ts';
import {pickServices, readView, serviceName} from './read-view.ts';
import {defaultVantage, requireVantage} from './vantage.ts';

export interface RouteFlags {
  readonly namespace?: string | undefined;
  readonly from?: string | undefined;
  readonly via?: string | undefined;
  readonly entry?: string | undefined;
  readonly port?: string | undefined;
  readonly matrix: boolean;
}

/** The routes into one Service from a vantage; with `matrix` from every node. */
export async function serviceRoutes(source: ObjectSource, service: string, flags: RouteFlags): Promise<ServiceRouteResult> {
  const {parseVantage, route} = await import('../routing/index.ts');
  const namespace = flags.namespace ?? source.namespace;
  const name = serviceName(service);
  const {view} = await readView(source, {namespace, services: [name], pods: true, nodes: true, events: true});
  pickServices(view, namespace, [name]);
  const question = {
    service: {namespace, name},
    via: (flags.via ?? 'all') as Path | 'all',
    ...(flags.entry === undefined ? {} : {entryNode: flags.entry}),
    ...(flags.port === undefined ? {} : {port: /^\d+$/.test(flags.port) ? Number(flags.port) : flags.port}),
  };
  if (flags.matrix) return {routes: matrixRoutes((from) => route(view, {...question, from}), [...view.nodes.keys()].toSorted())};
  const from = flags.from === undefined ? defaultVantage(view, {namespace, name}) : parseVantage(flags.from, namespace);
  requireVantage(view, from);
  return {routes: route(view, {...question, from})};
}

/** From inside each node's own view of the cluster IP; from outside each node as the entry. */
function matrixRoutes(
  routesFrom: (from: {kind: 'Node'; name: string} | {kind: 'Outside'}) => readonly Route[],
  nodes: readonly string[],
): readonly Route[] {
  const inside = nodes.flatMap((name) => routesFrom({kind: 'Node', name}).filter((found) => found.via === 'clusterip'));
  const outside = routesFrom({kind: 'Outside'}).filter((found) => found.via !== 'clusterip');
  return [...inside, ...outside];
}
