import type {DnsRecord, EndpointStatus, ServiceDescribeResult, ServiceDescription, ServicePortSummary} from '../model/index.ts';
import {ageText} from './age.ts';
import {renderFindings} from './findings.ts';
import {type Paint, paintOf} from './paint.ts';
import {reachLines} from './reach-lines.ts';
import {plainText} from './safe-text.ts';
import {type Cell, table} from './table.ts';
import {triedLines} from './tried-lines.ts';
import {wrap} from './wrap.ts';

export interface PageStyle {
  readonly width: number;
  readonly color: boolean;
  readonly wide: boolean;
  readonly nowMs: number;
}

/** One page per Service: the answer first, then the evidence. */
export function renderServicePages(result: ServiceDescribeResult, style: PageStyle): string {
  return result.services.map((service) => renderServicePage(service, style)).join('\n\n');
}

function renderServicePage(service: ServiceDescription, style: PageStyle): string {
  const paint = paintOf(style.color);
  const sections = [
    headline(service, paint, style),
    // a page may be long: what is wrong, and the command that mends it, stand where everybody looks first
    section('Findings', renderFindings(service.findings, style), paint),
    section('Tried', triedLines(service.observed ?? [], style.width), paint),
    section('Reach it', reachLines(service, style), paint),
    ...endpointSections(service, paint, style),
    section('Names', nameLines(service, style), paint),
    section(
      'Variables in pods of the namespace',
      style.wide ? service.env.map(({name, value}) => `  ${plainText(name)}=${plainText(value)}`) : [],
      paint,
    ),
    section('Events', eventLines(service, style), paint),
    section(
      'Not checked',
      service.unknown.map(({what, why}) => wrap(plainText(`${what}: ${why}`), style.width, '  ')),
      paint,
    ),
  ];
  return sections.filter((text) => text !== '').join('\n\n');
}

function section(title: string, lines: readonly string[], paint: Paint): string {
  return lines.length === 0 ? '' : `${paint.strong(title)}\n${lines.join('\n')}`;
}

function headline(service: ServiceDescription, paint: Paint, style: PageStyle): string {
  const type = service.clusterIPs[0] === 'None' ? 'headless' : service.type;
  const counts = `${service.readyEndpoints} of ${service.totalEndpoints} endpoints ready`;
  const healthy = service.readyEndpoints > 0 && service.readyEndpoints === service.totalEndpoints;
  const state =
    service.type === 'ExternalName'
      ? 'a name for another name'
      : healthy
        ? paint.good(counts)
        : service.readyEndpoints === 0
          ? paint.bad(counts)
          : paint.warn(counts);
  const left = `${paint.strong(plainText(service.name))}   ${type}   ${state}`;
  const plain = `${service.name}   ${type}   ${service.type === 'ExternalName' ? 'a name for another name' : counts}`;
  const gap = Math.max(3, Math.min(style.width, 80) - plain.length - service.namespace.length);
  return `${left}${' '.repeat(gap)}${paint.dim(plainText(service.namespace))}`;
}

function endpointSections(service: ServiceDescription, paint: Paint, style: PageStyle): readonly string[] {
  if (service.type === 'ExternalName') return [];
  const lines = service.endpoints.length === 0 ? ['  none'] : endpointLines(service.endpoints, paint, style);
  const not = service.notEndpoints.map(({pod, detail}) => wrap(plainText(`not an endpoint: ${pod} (${detail})`), style.width, '  '));
  return [section(`Endpoints${portsTitle(service.ports)}`, [...lines, ...not], paint)];
}

function portsTitle(ports: readonly ServicePortSummary[]): string {
  if (ports.length === 0) return '';
  const text = ports.map((port) => `${port.name ? `${port.name} ` : ''}${port.port} -> ${port.targetPort}`).join(', ');
  return plainText(` of port${ports.length > 1 ? 's' : ''} ${text}`);
}

function endpointLines(endpoints: readonly EndpointStatus[], paint: Paint, style: PageStyle): readonly string[] {
  const rows = endpoints.map((endpoint) => endpointRow(endpoint, paint, style));
  const text = table(
    [{head: ''}, {head: ''}, {head: ''}, {head: '', drop: 2}, {head: '', drop: 1}, {head: ''}, {head: '', drop: 3}],
    rows,
    {
      width: style.width - 2,
      head: false,
    },
  );
  return text.split('\n').flatMap((line, index) => {
    const endpoint = endpoints[index];
    const why = endpoint && !endpoint.ready ? (endpoint.detail ?? endpoint.reason) : null;
    return why === null ? [`  ${line}`] : [`  ${line}`, wrap(plainText(why), style.width, '      ')];
  });
}

function endpointRow(endpoint: EndpointStatus, paint: Paint, style: PageStyle): readonly Cell[] {
  const port = endpoint.ports.map((entry) => entry.port ?? '*').join(',');
  return [
    {painted: endpoint.ready ? paint.good('●') : paint.bad('○')},
    `${endpoint.family === 'IPv6' ? `[${endpoint.address}]` : endpoint.address}${port === '' ? '' : `:${port}`}`,
    endpoint.pod ?? '(no pod)',
    endpoint.node,
    endpoint.zone,
    {painted: stateText(endpoint, paint)},
    {painted: endpoint.since === null ? '' : ageText(endpoint.since, style.nowMs)},
  ];
}

function stateText(endpoint: EndpointStatus, paint: Paint): string {
  if (endpoint.terminating) return paint.warn(endpoint.serving ? 'terminating, still serving' : 'terminating');
  return endpoint.ready ? 'ready' : paint.bad('not ready');
}

/** The Service's own names first, then those of its endpoints, as many as tell enough. */
function nameLines(service: ServiceDescription, style: PageStyle): readonly string[] {
  const own = `${service.name}.${service.namespace}.`;
  const forward = service.dns.filter((record) => record.type !== 'PTR');
  const ordered = [...forward.filter((record) => isOwn(record, own)), ...forward.filter((record) => !isOwn(record, own))];
  const records = ordered.slice(0, 8);
  const lines = records.map((record) => wrap(plainText(`${record.name} ${record.type} ${record.data}`), style.width, '  ', '      '));
  const left = service.dns.length - records.length;
  return left > 0 ? [...lines, `  and ${left} more: kiada dns records ${plainText(`${service.name} -n ${service.namespace}`)}`] : lines;
}

function isOwn(record: DnsRecord, name: string): boolean {
  return record.name.startsWith(name);
}

function eventLines(service: ServiceDescription, style: PageStyle): readonly string[] {
  return service.events
    .slice(-5)
    .map((event) =>
      wrap(
        plainText(
          `${ageText(event.time, style.nowMs)} ago  ${event.reason}: ${event.message}${event.count > 1 ? ` (${event.count} times)` : ''}`,
        ),
        style.width,
        '  ',
      ),
    );
}
