import type {ObjectSource} from '../kube/index.ts';
import type {ClusterView, NamespacedName, Path, Route, RouteMatrix, ServiceRouteResult, Vantage} from '../model/index.ts';
import {imaginedView} from './imagined-view.ts';
import {pickServices, readView, serviceName} from './read-view.ts';
import {defaultVantage, requireVantage} from './vantage.ts';
import {parseWhatIf, type WhatIfFlags, whatIfText} from './what-if-flags.ts';

export interface RouteFlags extends WhatIfFlags {
  readonly namespace?: string | undefined;
  readonly from?: string | undefined;
  readonly via?: string | undefined;
  readonly entry?: string | undefined;
  readonly port?: string | undefined;
  readonly matrix: boolean;
}

interface Question {
  readonly service: NamespacedName;
  readonly via: Path | 'all';
  readonly entryNode?: string;
  readonly port?: number | string;
}

/** The routes into one Service from a vantage, or with `matrix` from every node; with changes, as they would be and as they are. */
export async function serviceRoutes(source: ObjectSource, service: string, flags: RouteFlags): Promise<ServiceRouteResult> {
  const changes = parseWhatIf(flags);
  const namespace = flags.namespace ?? source.namespace;
  const name = serviceName(service);
  const {view, objects} = await readView(source, {namespace, services: [name], pods: true, nodes: true, events: true});
  pickServices(view, namespace, [name]);
  const question: Question = {
    service: {namespace, name},
    via: (flags.via ?? 'all') as Path | 'all',
    ...(flags.entry === undefined ? {} : {entryNode: flags.entry}),
    ...(flags.port === undefined ? {} : {port: /^\d+$/.test(flags.port) ? Number(flags.port) : flags.port}),
  };
  if (changes === null) return found(view, question, flags);
  const imagined = await imaginedView(view, objects, {...changes, service: question.service});
  const [before, after] = await Promise.all([found(view, question, flags), found(imagined, question, flags)]);
  return {
    ...after,
    whatIf: whatIfText(changes),
    before: before.routes,
    ...(before.matrix === undefined ? {} : {matrixBefore: before.matrix}),
  };
}

interface Found {
  readonly routes: readonly Route[];
  readonly matrix?: readonly RouteMatrix[];
}

async function found(view: ClusterView, question: Question, flags: RouteFlags): Promise<Found> {
  const {matricesOf, matrixRoutes, parseVantage, route} = await import('../routing/index.ts');
  const named = flags.from === undefined ? null : parseVantage(flags.from, question.service.namespace);
  if (named !== null) requireVantage(view, named);
  if (flags.matrix) {
    const routes = matrixRoutes(view, {...question, ...callerOf(named)}).filter((entered) => isAsked(entered, flags.entry));
    return {routes, matrix: matricesOf(routes)};
  }
  return {routes: route(view, {...question, from: named ?? defaultVantage(view, question.service)})};
}

/** Who calls at node ports and load balancers; absent: an outside client. */
function callerOf(from: Vantage | null): {from?: Vantage} {
  return from === null ? {} : {from};
}

function isAsked(route: Route, entry: string | undefined): boolean {
  return entry === undefined || route.entryNode === entry;
}
