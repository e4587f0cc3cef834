import {hostPort} from '../ip/index.ts';
import type {EndpointStatus, ServiceDescribeResult, ServiceDescription, ServicePath, ServicePortSummary} from '../model/index.ts';
import {ageText} from './age.ts';
import {renderFindings} from './findings.ts';
import {type Paint, paintOf} from './paint.ts';
import {plainText} from './safe-text.ts';
import {type Cell, table} from './table.ts';
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
    section('Reach it', reachLines(service, style), paint),
    ...endpointSections(service, paint, style),
    section('Names', nameLines(service), paint),
    section(
      'Variables in pods of the namespace',
      style.wide ? service.env.map(({name, value}) => `  ${plainText(name)}=${plainText(value)}`) : [],
      paint,
    ),
    section('Events', eventLines(service, style), paint),
    section('Findings', renderFindings(service.findings, style), paint),
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

function reachLines(service: ServiceDescription, style: PageStyle): readonly string[] {
  if (service.type === 'ExternalName') {
    return [
      wrap(`DNS answers ${service.externalName}: callers connect there themselves, with its ports and its TLS name`, style.width, '  '),
    ];
  }
  const rows: Cell[][] = [...insideRows(service), ...outsideRows(service)];
  const reach =
    rows.length === 0
      ? ['  no address']
      : table([{head: ''}, {head: ''}, {head: ''}], rows, {width: style.width, head: false})
          .split('\n')
          .map((line) => `  ${line}`);
  return [...reach, ...policyLines(service).map((line) => wrap(line, style.width, '  '))];
}

function insideRows(service: ServiceDescription): Cell[][] {
  const paths = service.routes.filter((path) => path.path === 'clusterip' || path.path === 'headless');
  return paths.map((path, index) => {
    const name = `${service.name}.${service.namespace}:${path.port ?? '(no port)'}`;
    return [
      index === 0 ? 'from pods and nodes' : '',
      name,
      path.path === 'headless' ? 'the name gives the endpoints themselves' : place(path),
    ];
  });
}

function outsideRows(service: ServiceDescription): Cell[][] {
  const rows: Cell[][] = [];
  for (const port of service.ports.filter((candidate) => candidate.nodePort !== null)) {
    const nodes = service.routes.filter((path) => path.path === 'nodeport' && path.port === port.nodePort);
    rows.push([
      '',
      `any node :${port.nodePort}`,
      nodes.length > 2 ? `${place(nodes[0] as ServicePath)} and ${nodes.length - 1} more` : nodes.map(place).join(' '),
    ]);
  }
  for (const path of service.routes.filter((candidate) => candidate.path === 'loadbalancer')) rows.push(['', 'load balancer', place(path)]);
  for (const path of service.routes.filter((candidate) => candidate.path === 'externalip')) rows.push(['', 'external IP', place(path)]);
  const first = rows[0];
  if (first) first[0] = 'from outside';
  else rows.push(['from outside', 'no path', `(type ${service.clusterIPs[0] === 'None' ? 'headless' : service.type})`]);
  if (service.type === 'LoadBalancer' && service.externalAddresses.length === 0)
    rows.push(['', 'load balancer', 'pending: no controller has given it an address']);
  return rows;
}

function place(path: ServicePath): string {
  return path.port === null ? path.address : hostPort(path.address, path.port);
}

function policyLines(service: ServiceDescription): readonly string[] {
  const lines: string[] = [];
  if (service.clusterIPs[0] !== 'None') {
    lines.push(
      service.internalTrafficPolicy === 'Local'
        ? "inside: only endpoints on the caller's own node (internalTrafficPolicy Local)"
        : `inside: any endpoint (internalTrafficPolicy Cluster${service.trafficDistribution ? `, trafficDistribution ${service.trafficDistribution}` : ''}); pods keep their address`,
    );
  }
  if (service.externalTrafficPolicy !== null && service.routes.some((path) => path.reachableFrom.includes('outside'))) {
    lines.push(
      service.externalTrafficPolicy === 'Local'
        ? "outside: only endpoints on the node that was addressed; the client's address is kept (externalTrafficPolicy Local)"
        : "outside: any endpoint; the server sees the node's address (externalTrafficPolicy Cluster)",
    );
  }
  if (service.sessionAffinity.type === 'ClientIP') {
    lines.push(`sticky: one endpoint per client address, for ${service.sessionAffinity.timeoutSeconds} s after its last connection`);
  }
  if (service.publishNotReadyAddresses) lines.push('publishNotReadyAddresses: unready pods are listed as ready');
  return lines;
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
    ageText(endpoint.since, style.nowMs),
  ];
}

function stateText(endpoint: EndpointStatus, paint: Paint): string {
  if (endpoint.terminating) return paint.warn(endpoint.serving ? 'terminating, still serving' : 'terminating');
  return endpoint.ready ? 'ready' : paint.bad('not ready');
}

function nameLines(service: ServiceDescription): readonly string[] {
  const records = service.dns.filter((record) => record.type !== 'PTR').slice(0, 8);
  const left = service.dns.length - records.length;
  const lines = records.map((record) => `  ${plainText(record.name)} ${record.type} ${plainText(record.data)}`);
  return left > 0 ? [...lines, `  and ${left} more: kiada dns records ${service.name} -n ${service.namespace}`] : lines;
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
