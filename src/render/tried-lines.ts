import {hostPort} from '../ip/index.ts';
import type {ConnectionObservation, Observation} from '../model/index.ts';
import {plainText} from './safe-text.ts';
import {wrap} from './wrap.ts';

const PLACES: Readonly<Record<ConnectionObservation['to'], string>> = {
  endpoint: 'endpoints',
  'declared-port': 'other ports that the pods declare',
  loopback: "the pods' loopback",
  clusterip: 'cluster IP',
  nodeport: 'node port',
  loadbalancer: 'load balancer',
  externalip: 'external IP',
  headless: 'name',
  externalname: 'external name',
};

/** What was tried against a Service, a line for each sort of place. */
export function triedLines(observed: readonly Observation[], width: number): readonly string[] {
  const connections = observed.filter((observation) => observation.kind === 'connection');
  const groups = Map.groupBy(connections, ({port, to, from}) => `${port} ${to} ${isOwnNode(to, from) ? '' : from}`);
  const texts = [...[...groups.values()].map(groupText), ...healthTexts(observed), ...dnsTexts(observed), ...certificateTexts(observed)];
  return texts.map((text) => wrap(plainText(text), width, '  ', '      '));
}

/** Endpoints are tried from their own nodes each: that is one sort of place. */
function isOwnNode(to: ConnectionObservation['to'], from: string): boolean {
  return (to === 'endpoint' || to === 'declared-port') && from.startsWith('node/');
}

function groupText(group: readonly ConnectionObservation[]): string {
  const [first] = group;
  if (first === undefined) return '';
  const from = isOwnNode(first.to, first.from) && group.length > 1 ? 'their nodes' : first.from;
  const place = `port ${first.port}: ${PLACES[first.to]}`;
  const attempts = group.reduce((sum, {attempts}) => sum + attempts, 0);
  const good = attempts - group.reduce((sum, {failures}) => sum + failures, 0);
  const spoken = [...new Set(group.flatMap(({speaks}) => (speaks === null || speaks === 'closed' ? [] : [speaks])))];
  const speaks = spoken.length === 0 ? '' : `, speaking ${spoken.join(', ')}`;
  const where = group.length === 1 ? ` ${hostPort(first.address, first.dialed)}` : '';
  return `${place}${where} from ${from}: ${good} of ${attempts} connections came about${speaks}`;
}

function healthTexts(observed: readonly Observation[]): readonly string[] {
  return observed.flatMap((seen) => (seen.kind === 'health-check' ? [`health check node port: ${seen.node} answers ${seen.status}`] : []));
}

/** Servers of the cluster's DNS that say the same are told of together. */
function dnsTexts(observed: readonly Observation[]): readonly string[] {
  const answers = observed.filter((seen) => seen.kind === 'dns');
  const groups = Map.groupBy(answers, ({name, addresses}) => `${name} ${addresses.join(' ')}`);
  return [...groups.values()].map((group) => {
    const [{name, addresses} = {name: '', addresses: []}] = group;
    const ttls = group.flatMap(({ttl}) => ttl ?? []);
    const kept = ttls.length === 0 ? '' : `, to be kept for ${Math.max(...ttls)} s`;
    const slowest = Math.max(...group.flatMap(({durationsMs}) => durationsMs));
    const servers = group.length === 1 ? '' : ` (${group.length} servers)`;
    return `DNS${servers}: ${name} gives ${addresses.join(', ') || 'no address'}${kept}; slowest lookup ${slowest} ms`;
  });
}

function certificateTexts(observed: readonly Observation[]): readonly string[] {
  return observed.flatMap((seen) =>
    seen.kind === 'certificate'
      ? [`TLS ${hostPort(seen.address, seen.dialed)}: a certificate for ${seen.names.join(', ') || 'nobody'}`]
      : [],
  );
}
