import type {ServiceListResult, ServiceSummary} from '../model/index.ts';
import {paintOf} from './paint.ts';
import {plainText} from './safe-text.ts';
import {type Cell, table} from './table.ts';

/** The list of Services: type, addresses, ports, ready endpoints, ways in, worst finding. */
export function renderServiceList(result: ServiceListResult, style: {readonly width: number; readonly color: boolean}): string {
  if (result.services.length === 0) return 'no Services';
  const several = new Set(result.services.map((service) => service.namespace)).size > 1;
  const columns = [
    ...(several ? [{head: 'NAMESPACE'}] : []),
    {head: 'NAME'},
    {head: 'TYPE', drop: 1},
    {head: 'ADDRESS'},
    {head: 'EXTERNAL', drop: 3},
    {head: 'PORTS', drop: 2},
    {head: 'READY', align: 'right' as const},
    {head: 'PATHS', drop: 4},
    {head: 'FINDING', drop: 5},
  ];
  const rows = result.services.map((service) => [...(several ? [service.namespace] : []), ...cells(service, style.color)]);
  return table(columns, rows, {width: style.width});
}

function cells(service: ServiceSummary, color: boolean): readonly Cell[] {
  const paint = paintOf(color);
  const counts = `${service.readyEndpoints}/${service.totalEndpoints}`;
  const bad = service.type !== 'ExternalName' && service.readyEndpoints === 0;
  const partial = service.readyEndpoints < service.totalEndpoints;
  const finding = service.worstFinding;
  return [
    {painted: paint.strong(plainText(service.name))},
    service.type,
    service.externalName ?? (service.clusterIPs.join(',') || null),
    service.externalAddresses.join(',') || null,
    service.ports.map(portText).join(',') || null,
    service.type === 'ExternalName' ? null : {painted: bad ? paint.bad(counts) : partial ? paint.warn(counts) : counts},
    service.paths.join(','),
    finding === null ? null : {painted: finding === 'error' ? paint.bad(finding) : finding === 'warning' ? paint.warn(finding) : finding},
  ];
}

/** `80:30080/TCP`, as kubectl writes it. */
export function portText(port: ServiceSummary['ports'][number]): string {
  return `${port.port}${port.nodePort === null ? '' : `:${port.nodePort}`}/${port.protocol}`;
}
