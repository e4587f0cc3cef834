import {hostPort} from '../ip/index.ts';
import type {EndpointChange, EndpointStatus, EndpointsListResult} from '../model/index.ts';
import {ageText} from './age.ts';
import {type Paint, paintOf} from './paint.ts';
import {plainText} from './safe-text.ts';
import {type Cell, table} from './table.ts';
import {wrap} from './wrap.ts';

interface ListStyle {
  readonly width: number;
  readonly color: boolean;
  readonly wide: boolean;
  readonly nowMs: number;
}

const COLUMNS = [
  {head: 'SERVICE'},
  {head: 'ENDPOINT'},
  {head: 'POD'},
  {head: 'NODE', drop: 3},
  {head: 'ZONE', drop: 4},
  {head: 'STATE'},
  {head: 'SINCE', drop: 2},
] as const;
const WIDE = [{head: 'HINTS'}, {head: 'SLICE'}, {head: 'MANAGED BY'}] as const;

/** Endpoints as a table with the reasons of those that are not ready below, then the pods that are no endpoint. */
export function renderEndpoints(result: EndpointsListResult, style: ListStyle): string {
  const paint = paintOf(style.color);
  if (result.endpoints.length === 0 && result.notEndpoints.length === 0) return 'no endpoints';
  const columns = style.wide ? [...COLUMNS, ...WIDE] : COLUMNS;
  const rows = result.endpoints.map((endpoint) => cells(endpoint, paint, style));
  const lines = table(columns, rows, {width: style.wide ? Number.POSITIVE_INFINITY : style.width}).split('\n');
  const [head = '', ...body] = lines;
  const explained = body.flatMap((line, index) => [line, ...reasonLine(result.endpoints[index], style)]);
  const not = result.notEndpoints.map(({service, pod, detail}) =>
    wrap(plainText(`not an endpoint of ${service.name}: ${pod} (${detail})`), style.width, '', '  '),
  );
  return [...(result.endpoints.length > 0 ? [head, ...explained] : []), ...not].join('\n');
}

function cells(endpoint: EndpointStatus, paint: Paint, style: ListStyle): readonly Cell[] {
  const hints = [...endpoint.hints.zones.map((zone) => `zone ${zone}`), ...endpoint.hints.nodes.map((node) => `node ${node}`)];
  const row: Cell[] = [
    endpoint.service.name,
    endpointText(endpoint),
    endpoint.pod ?? '(no pod)',
    endpoint.node,
    endpoint.zone,
    {painted: stateText(endpoint, paint)},
    {painted: endpoint.since === null ? '' : ageText(endpoint.since, style.nowMs)},
  ];
  return style.wide ? [...row, hints.join(',') || null, endpoint.slice, endpoint.managedBy || null] : row;
}

function endpointText(endpoint: EndpointStatus): string {
  const port = endpoint.ports[0]?.port ?? null;
  const more =
    endpoint.ports.length > 1
      ? `,${endpoint.ports
          .slice(1)
          .map((entry) => entry.port ?? '*')
          .join(',')}`
      : '';
  return port === null ? endpoint.address : `${hostPort(endpoint.address, port)}${more}`;
}

/** `ready`, `not ready`, `terminating`: one endpoint's state, painted. */
export function stateText(endpoint: EndpointStatus, paint: Paint): string {
  if (endpoint.terminating) return paint.warn(endpoint.serving ? 'terminating, still serving' : 'terminating');
  return endpoint.ready ? paint.good('ready') : paint.bad('not ready');
}

function reasonLine(endpoint: EndpointStatus | undefined, style: ListStyle): readonly string[] {
  if (endpoint === undefined || endpoint.ready) return [];
  const why = endpoint.detail ?? endpoint.reason;
  return why === null ? [] : [wrap(plainText(why), style.width, '    ')];
}

/** One line per change: `+` added, `-` removed, `~` changed. Only a width (a terminal's) makes it several. */
export function renderChange(change: EndpointChange, style: {readonly color: boolean; readonly width?: number}): string {
  const paint = paintOf(style.color);
  const clock = change.time.slice(11, 23);
  const time = paint.dim(clock);
  if (change.type === 'synced') return `${time}   ${paint.dim('that is the present state; changes follow')}`;
  if (change.type === 'resynced') return `${time}   ${paint.warn(`read anew: ${plainText(change.reason ?? '')}`)}`;
  const mark = {added: paint.good('+'), removed: paint.bad('-'), changed: paint.warn('~')}[change.type];
  const text = wrap(plainText(changeText(change)), style.width ?? Number.POSITIVE_INFINITY, ' '.repeat(clock.length + 3));
  return `${time} ${mark} ${text.trimStart()}`;
}

/** `quote 10.244.1.7:80 quote-001 sandbox-1 zone-a: not ready (readiness probe failed: HTTP 503)`. */
function changeText(change: EndpointChange): string {
  const status = change.after ?? change.before;
  const who = [change.service?.name, change.endpoint, status?.pod, status?.node, status?.zone].filter((part) => part).join(' ');
  const state = change.after === null ? 'gone' : stateText(change.after, paintOf(false));
  const reason = change.reason === null || state.startsWith(change.reason) ? '' : ` (${change.reason})`;
  return `${who}: ${state}${reason}`;
}
