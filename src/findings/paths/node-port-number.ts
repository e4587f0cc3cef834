import type {Service} from '../../model/index.ts';
import type {Facts} from '../facts.ts';
import {grouped, lazilyOf} from '../lazily.ts';
import type {Rule} from '../rule.ts';

/** The default of the API server's --service-node-port-range. */
const RANGE = {first: 30_000, last: 32_767};

interface Claim {
  readonly service: Service;
  readonly port: number;
  readonly protocol: string;
  readonly what: string;
}

export const nodePortTaken: Rule = {
  code: 'KIA0411',
  name: 'NodePortClaimedTwice',
  severity: 'error',
  certainty: 'proven',
  summary: 'Two Services ask for the same node port.',
  why: 'A node port belongs to one Service of the whole cluster (TCP and UDP of one number may be apart). The API server refuses the second: "provided port is already allocated".',
  remedy: 'Leave nodePort out, so that a free one is chosen, or take another number.',
  needs: [],
  live: false,
  *check(facts, service) {
    for (const claim of claimsOf(service)) {
      const other = otherClaim(facts, claim);
      if (other === null) continue;
      yield {
        message: `${claim.what} ${claim.port} belongs to Service ${other.service.namespace}/${other.service.name} too`,
        evidence: [`${other.service.namespace}/${other.service.name}: ${other.what} ${other.port}/${other.protocol}`],
        field: 'spec.ports',
        remedy: `take a free one, such as ${freeNear(facts, claim.port)}, or leave nodePort out`,
      };
    }
  },
};

export const nodePortOutOfRange: Rule = {
  code: 'KIA0412',
  name: 'NodePortOutOfRange',
  severity: 'warning',
  certainty: 'possible',
  summary: 'A node port is outside the usual range.',
  why: 'The API server takes node ports from 30000 to 32767 unless its flag --service-node-port-range says otherwise, and refuses others.',
  remedy: 'Take a number of the range, or leave it out.',
  needs: [],
  live: false,
  *check(facts, service) {
    if (facts.live) return;
    for (const {port, what} of claimsOf(service)) {
      if (port >= RANGE.first && port <= RANGE.last) continue;
      yield {
        message: `${what} ${port} is outside ${RANGE.first}-${RANGE.last}, the range that API servers take by default`,
        field: 'spec.ports',
        remedy: `take a number such as ${freeNear(facts, RANGE.first + (port % 1000))}, or leave it out`,
      };
    }
  },
};

function claimsOf(service: Service): readonly Claim[] {
  if (service.type !== 'NodePort' && service.type !== 'LoadBalancer') return [];
  const ports = service.ports.flatMap((port) =>
    port.nodePort === null ? [] : [{service, port: port.nodePort, protocol: port.protocol as string, what: 'nodePort'}],
  );
  const check = service.healthCheckNodePort;
  return check === null ? ports : [...ports, {service, port: check, protocol: 'TCP', what: 'healthCheckNodePort'}];
}

/** Of two Services the one that stands behind in order is told; health check ports are in no index, so all are asked. */
function otherClaim(facts: Facts, claim: Claim): Claim | null {
  const own = `${claim.service.namespace}/${claim.service.name}`;
  const keys = [...(facts.view.servicesByNodePort.get(claim.port) ?? []), ...healthCheckOwners(facts, claim.port)];
  for (const key of keys) {
    const service = facts.view.services.get(key);
    if (service === undefined || key >= own) continue;
    const other = claimsOf(service).find((candidate) => candidate.port === claim.port && candidate.protocol === claim.protocol);
    if (other !== undefined) return other;
  }
  return null;
}

/** Health check node ports are in no index of the view. */
const healthCheckPorts = lazilyOf((facts: Facts) => {
  const owners = [...facts.view.services].filter(([, service]) => service.healthCheckNodePort !== null);
  return grouped(owners, ([, service]) => String(service.healthCheckNodePort));
});

function healthCheckOwners(facts: Facts, port: number): readonly string[] {
  return (healthCheckPorts(facts).get(String(port)) ?? []).map(([key]) => key);
}

function freeNear(facts: Facts, port: number): number {
  let free = port;
  while (facts.view.servicesByNodePort.has(free) || healthCheckOwners(facts, free).length > 0)
    free = free >= RANGE.last ? RANGE.first : free + 1;
  return free;
}
