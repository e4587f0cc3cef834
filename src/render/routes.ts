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
  const imagined = wrap(plainText(`What if: ${result.whatIf.join(', ')}`), style.width, '');
  return [paint.strong('As it is'), renderState(result.before, result.matrixBefore, style), '', paint.strong(imagined), after].join('\n');
}

function renderState(routes: readonly Route[], matrix: readonly RouteMatrix[] | undefined, style: RouteStyle): string {
  if (matrix !== undefined) return renderMatrices(matrix, style);
  return routes.length === 0 ? 'no such path' : routes.map((route) => renderRoute(route, style)).join('\n\n');
}

function renderRoute(route: Route, style: RouteStyle): string {
  const paint = paintOf(style.color);
  const lines = [
    headline(route, paint, style),
    wrap(plainText(route.reason), style.width, '  '),
    ...route.steps.map((step) => wrap(plainText(stepText(step, route)), style.width, '  ├ ', '  │   ')),
    ...endpointLines(route, style),
    ...excludedLines(route, paint, style),
    ...noteLines(route, style),
  ];
  return lines.join('\n');
}

/** The way in and the verdict, which comes on a line of its own where the width does not take both. */
function headline(route: Route, paint: Paint, style: RouteStyle): string {
  const way = plainText(`${route.via} ${addressText(route)} from ${sourceText(route)}`);
  const verdict = verdictText(route);
  const painted = {forward: paint.good, reject: paint.bad, drop: paint.bad, unreachable: paint.dim, unresolvable: paint.bad}[route.verdict];
  const [first = '', ...rest] = wrap(way, style.width - 1, '', '    ').split('\n');
  const left = [paint.strong(first.slice(0, route.via.length)) + first.slice(route.via.length), ...rest].join('\n');
  const fits = (rest.at(-1) ?? first).length + 2 + verdict.length <= style.width;
  return `${left}:${fits ? ' ' : '\n  '}${painted(verdict)}`;
}

/** Names are only answered: nobody forwards what is sent to them. */
function verdictText({via, verdict}: Route): string {
  if (verdict === 'forward' && via === 'headless') return 'the client connects to one itself';
  if (verdict === 'forward' && via === 'externalname') return 'the client connects there itself';
  return VERDICTS[verdict];
}

const VERDICTS: Readonly<Record<Route['verdict'], string>> = {
  forward: 'forwarded',
  reject: 'refused at once',
  drop: 'dropped: no answer, it times out',
  unreachable: 'not reachable from there',
  unresolvable: 'the name gives no address',
};

/** `node/sandbox-1: dnat 10.96.0.7:80 -> 10.244.2.6:80`; what the route's reason says already is not repeated. */
function stepText(step: RouteStep, route: Route): string {
  if (step.detail === route.reason) return `${step.at}: ${step.action}`;
  return step.action === 'deliver' ? `${step.at}: ${step.detail}` : `${step.at}: ${step.action} ${step.detail}`;
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
  if (route.verdict !== 'forward' || route.affinity === null) return [];
  const seconds = route.affinity.timeoutSeconds;
  const text = `sticky: the first choice is kept for this client address until ${seconds} s pass without a connection`;
  return [wrap(text, style.width, '  ')];
}
