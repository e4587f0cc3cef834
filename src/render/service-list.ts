import type {ServiceListResult, ServiceSummary} from '../model/index.ts';
import {type Paint, paintOf} from './paint.ts';
import {plainText} from './safe-text.ts';
import {type Cell, type Column, table} from './table.ts';

interface ListStyle {
  readonly width: number;
  readonly color: boolean;
  /** All columns at any width, and the paths by name. */
  readonly wide?: boolean;
}

/** The list of Services: type, addresses, ports, ready endpoints, the ways in from outside, worst finding. */
export function renderServiceList(result: ServiceListResult, style: ListStyle): string {
  if (result.services.length === 0) return 'no Services';
  const paint = paintOf(style.color);
  const several = new Set(result.services.map((service) => service.namespace)).size > 1;
  const columns: Column[] = [
    ...(several ? [{head: 'NAMESPACE'}] : []),
    {head: 'NAME'},
    {head: 'TYPE', drop: 2},
    {head: 'ADDRESS'},
    {head: 'PORTS', drop: 3},
    {head: 'READY', align: 'right'},
    {head: 'OUTSIDE', drop: 1},
    ...(style.wide ? [{head: 'PATHS'}] : []),
    {head: 'FINDING'},
  ];
  const rows = result.services.map((service) => [
    ...(several ? [service.namespace] : []),
    {painted: paint.strong(plainText(service.name))},
    service.type,
    service.externalName ?? (service.clusterIPs.join(',') || null),
    service.ports.map(style.wide ? portText : shortPort).join(',') || null,
    readyCell(service, paint),
    outsideText(service),
    ...(style.wide ? [service.paths.join(',')] : []),
    findingCell(service, paint),
  ]);
  return table(columns, rows, {width: style.wide ? Number.POSITIVE_INFINITY : style.width});
}

function readyCell(service: ServiceSummary, paint: Paint): Cell {
  if (service.type === 'ExternalName') return null;
  const counts = `${service.readyEndpoints}/${service.totalEndpoints}`;
  if (service.readyEndpoints === 0) return {painted: paint.bad(counts)};
  return {painted: service.readyEndpoints < service.totalEndpoints ? paint.warn(counts) : counts};
}

/** The addresses that a client outside the cluster can use, or the ports that every node opens for it. */
function outsideText(service: ServiceSummary): string | null {
  if (service.externalAddresses.length > 0) return service.externalAddresses.join(',');
  if (service.type === 'LoadBalancer') return 'pending';
  const nodePorts = service.ports.flatMap((port) => port.nodePort ?? []);
  return nodePorts.length > 0 ? `node:${nodePorts.join(',')}` : null;
}

function findingCell(service: ServiceSummary, paint: Paint): Cell {
  switch (service.worstFinding) {
    case 'error':
      return {painted: paint.bad('error')};
    case 'warning':
      return {painted: paint.warn('warning')};
    default:
      return service.worstFinding;
  }
}

/** `80`, and `53/UDP` for what is not TCP. */
function shortPort(port: ServiceSummary['ports'][number]): string {
  return port.protocol === 'TCP' ? String(port.port) : `${port.port}/${port.protocol}`;
}

/** `80:30080/TCP`, as kubectl writes it. */
function portText(port: ServiceSummary['ports'][number]): string {
  return `${port.port}${port.nodePort === null ? '' : `:${port.nodePort}`}/${port.protocol}`;
}
