import {hostPort} from '../ip/index.ts';
import type {Route, RouteMatrix, RouteStep, ServiceRouteResult} from '../model/index.ts';
import {type Paint, paintOf} from './paint.ts';
import {renderMatrices} from './route-matrix.ts';
import {plainText} from './safe-text.ts';
import {type Cell, table} from './table.ts';
import {wrap} from './wrap.ts';

interface RouteStyle {
  readonly width: number;
  readonly color: boolean;
}

/**
 * Each route as a small tree: the way in and its verdict, the legs, the endpoints with their shares, those left out with why. With a
 * matrix that in place of the routes; with what-if options how it is, and then how it would be.
 */
export function renderRoutes(result: ServiceRouteResult, style: RouteStyle): string {
  const after = renderState(result.routes, result.matrix, style);
  if (result.whatIf === undefined || result.before === undefined) return after;
  const paint = paintOf(style.color);
  const imagined = wrap(plainText(`With ${result.whatIf.join(', ')}`), style.width, '');
  return [paint.strong('As it is'), renderState(result.before, result.matrixBefore, style), '', paint.strong(imagined), after].join('\n');
}

function renderState(routes: readonly Route[], matrix: readonly RouteMatrix[] | undefined, style: RouteStyle): string {
  if (matrix !== undefined) return renderMatrices(matrix, style);
  return routes.length === 0 ? 'no such path' : routes.map((route) => renderRoute(route, style)).join('\n\n');
}

function renderRoute(route: Route, style: RouteStyle): string {
  const paint = paintOf(style.color);
  const lines = [
    `${paint.strong(route.via)} ${plainText(addressText(route))} from ${plainText(sourceText(route))}: ${verdictText(route, paint)}`,
    wrap(plainText(route.reason), style.width, '  '),
    ...route.steps.map((step) => wrap(plainText(stepText(step)), style.width, '  ├ ', '  │   ')),
    ...endpointLines(route, style),
    ...excludedLines(route, paint, style),
    ...noteLines(route, style),
  ];
  return lines.join('\n');
}

/** `node/sandbox-1: dnat 10.96.0.7:80 -> 10.244.2.6:80`. */
function stepText(step: RouteStep): string {
  return `${step.at}: ${step.action} ${step.detail}`;
}

/** `10.96.12.3:80 (http)`. */
function addressText(route: Route): string {
  const address = route.address === null ? '' : route.port === null ? route.address : hostPort(route.address, route.port);
  return `${address}${route.portName ? ` (${route.portName})` : ''}${route.entryNode && route.from.kind === 'Outside' ? ` via ${route.entryNode}` : ''}`.trim();
}

function sourceText(route: Route): string {
  const {from} = route;
  if (from.kind === 'Outside') return from.ip ? `outside (${from.ip})` : 'outside';
  const where = [from.kind === 'Pod' ? from.node : null, from.zone].filter((part) => part).join(' ');
  return `${from.kind.toLowerCase()}/${from.name ?? ''}${where ? ` (${where})` : ''}`;
}

function verdictText(route: Route, paint: Paint): string {
  switch (route.verdict) {
    case 'forward':
      return paint.good('forwarded');
    case 'reject':
      return paint.bad('refused at once');
    case 'drop':
      return paint.bad('dropped: no answer, it times out');
    case 'unreachable':
      return paint.dim('not reachable from there');
    case 'unresolvable':
      return paint.bad('the name gives no address');
  }
}

function endpointLines(route: Route, style: RouteStyle): readonly string[] {
  if (route.endpoints.length === 0) return [];
  const rows: Cell[][] = route.endpoints.map((endpoint) => [
    `${(endpoint.probability * 100).toFixed(1)} %`,
    hostPort(endpoint.address, endpoint.port),
    endpoint.pod ?? '(no pod)',
    endpoint.node,
    endpoint.zone,
    {painted: endpoint.state === 'ready' ? '' : 'terminating, still serving'},
  ]);
  const columns = [{head: '', align: 'right' as const}, {head: ''}, {head: ''}, {head: '', drop: 1}, {head: '', drop: 2}, {head: ''}];
  return table(columns, rows, {width: style.width - 4, head: false})
    .split('\n')
    .map((line) => `  ● ${line}`);
}

function excludedLines(route: Route, paint: Paint, style: RouteStyle): readonly string[] {
  return route.excluded.map((endpoint) => {
    const where = endpoint.port === null ? endpoint.address : hostPort(endpoint.address, endpoint.port);
    return paint.dim(
      wrap(
        plainText([where, endpoint.pod, `${endpoint.reason}: ${endpoint.detail}`].filter((part) => part !== null).join(' ')),
        style.width,
        '  ○ ',
      ),
    );
  });
}

function noteLines(route: Route, style: RouteStyle): readonly string[] {
  if (route.verdict !== 'forward') return [];
  const seen =
    route.sourceSeen === null
      ? []
      : [wrap(`the server sees ${route.sourceSeen}${route.masquerade ? ' (masqueraded)' : ''}`, style.width, '  ')];
  const sticky =
    route.affinity === null
      ? []
      : [
          wrap(
            `sticky: the first choice is kept for this client address until ${route.affinity.timeoutSeconds} s pass without a connection`,
            style.width,
            '  ',
          ),
        ];
  return [...seen, ...sticky];
}
