import {hostPort} from '../ip/index.ts';
import type {ServiceDescription, ServicePath} from '../model/index.ts';
import {plainText} from './safe-text.ts';
import {wrap} from './wrap.ts';

/** One way in: who can take it (empty where it is as in the row above), under which name, at which address. */
type Row = readonly [from: string, name: string, address: string];

/** How to reach a Service: from where, under which names and addresses, and what its policies make of a connection. */
export function reachLines(service: ServiceDescription, style: {readonly width: number}): readonly string[] {
  if (service.type === 'ExternalName') {
    const text = `DNS answers ${service.externalName}: callers connect there themselves, with its ports and its TLS name`;
    return [wrap(plainText(text), style.width, '  ')];
  }
  const rows = [...insideRows(service), ...outsideRows(service)];
  return [...columns(rows, style.width), ...policyLines(service).map((line) => wrap(plainText(line), style.width, '  '))];
}

/** The rows as columns; an address that the width does not take comes below its name. */
function columns(rows: readonly Row[], width: number): readonly string[] {
  const safe = rows.map((row) => row.map(plainText));
  const widest = (column: number) => Math.max(0, ...safe.map((row) => row[column]?.length ?? 0));
  const [first, second] = [widest(0), widest(1)];
  return safe.map(([from = '', name = '', address = '']) => {
    const head = `  ${from.padEnd(first)}  ${name}`;
    const beside = `  ${from.padEnd(first)}  ${name.padEnd(second)}  ${address}`;
    if (beside.length <= width) return beside.trimEnd();
    if (head.length + 2 + address.length <= width) return `${head}  ${address}`;
    const indent = ' '.repeat(first + 6);
    return `${head}\n${wrap(address, width, indent)}`;
  });
}

function insideRows(service: ServiceDescription): readonly Row[] {
  const paths = service.routes.filter((path) => path.path === 'clusterip' || path.path === 'headless');
  return paths.map((path, index) => {
    const port = path.port === null ? '' : `:${path.port}`;
    return [
      index === 0 ? 'from pods and nodes' : '',
      `${nameOf(service)}${port}`,
      path.path === 'headless' ? 'the name gives the endpoints themselves' : place(path),
    ];
  });
}

/** The name that DNS knows it by, without the final dot. */
function nameOf(service: ServiceDescription): string {
  const own = `${service.name}.${service.namespace}.svc.`;
  return service.dns.find((record) => record.name.startsWith(own))?.name.replace(/\.$/, '') ?? `${service.name}.${service.namespace}`;
}

function outsideRows(service: ServiceDescription): readonly Row[] {
  const rows: [string, string, string][] = [];
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
    rows.push(['', 'load balancer', 'pending: it has no address yet']);
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
