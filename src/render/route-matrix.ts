import {hostPort} from '../ip/index.ts';
import type {Route, ServiceRouteResult} from '../model/index.ts';
import {type Paint, paintOf} from './paint.ts';
import {plainText} from './safe-text.ts';
import {type Cell, table} from './table.ts';

interface MatrixStyle {
  readonly width: number;
  readonly color: boolean;
}

/** Nodes against endpoints, one table per way in: the share of each, or that the node drops or refuses. */
export function renderMatrix(result: ServiceRouteResult, style: MatrixStyle): string {
  const groups = Map.groupBy(result.routes, (route) => `${route.via} ${route.portName ?? route.port ?? ''} ${route.ipFamily ?? ''}`.trim());
  if (groups.size === 0) return 'no such path';
  return [...groups].map(([title, routes]) => renderGroup(title, routes, style)).join('\n\n');
}

function renderGroup(title: string, routes: readonly Route[], style: MatrixStyle): string {
  const paint = paintOf(style.color);
  const endpoints = [
    ...new Map(routes.flatMap((route) => route.endpoints.map((endpoint) => [hostPort(endpoint.address, endpoint.port), endpoint]))),
  ];
  const first = routes[0];
  const from = first?.via === 'clusterip' ? 'from inside, by node' : 'from outside, by the node that is entered';
  const columns = [
    {head: 'NODE'},
    ...endpoints.map(([address, endpoint]) => ({head: plainText(endpoint.pod ?? address), align: 'right' as const})),
  ];
  const rows = routes.map((route) => [
    route.entryNode ?? route.from.name ?? '-',
    ...cells(
      route,
      endpoints.map(([address]) => address),
      paint,
    ),
  ]);
  if (endpoints.length === 0)
    return `${paint.strong(title)}  ${from}\n${routes.map((route) => `${route.entryNode ?? '-'}  ${route.verdict}: ${plainText(route.reason)}`).join('\n')}`;
  return `${paint.strong(title)}  ${from}\n${table(columns, rows, {width: style.width})}`;
}

function cells(route: Route, addresses: readonly string[], paint: Paint): readonly Cell[] {
  if (route.verdict !== 'forward') {
    const word = route.verdict === 'drop' ? 'drop' : route.verdict;
    return addresses.map((_, index) => (index === 0 ? {painted: paint.bad(word)} : ''));
  }
  return addresses.map((address) => {
    const endpoint = route.endpoints.find((candidate) => hostPort(candidate.address, candidate.port) === address);
    return endpoint === undefined ? '.' : `${(endpoint.probability * 100).toFixed(1)} %`;
  });
}
