import type {DnsObservation, Service} from '../../model/index.ts';
import type {Facts} from '../facts.ts';
import {observedOf} from '../observed.ts';
import type {Found, Rule} from '../rule.ts';
import {count, lines, names} from '../words.ts';

export const goneInDns: Rule = {
  code: 'KIA0608',
  name: 'ClientsMayHoldGoneAddress',
  severity: 'warning',
  certainty: 'possible',
  summary: 'Clients of a headless Service may go on to an endpoint that is gone.',
  why: 'The name of a headless Service gives the addresses of its pods. DNS servers and clients keep an answer for its time to live, and some programs for ever: they call a pod that is no more. A cluster IP has no such delay.',
  remedy: 'Let clients resolve the name for each connection, or give the Service a cluster IP.',
  needs: ['endpointslices', 'pods'],
  live: true,
  *check(facts, service) {
    if (!service.headless) return;
    const seen = observedOf(facts, service, 'dns');
    const found = seen.length === 0 ? [leaving(facts, service)] : seen.map((answer) => stale(service, answer));
    for (const one of found) if (one !== null) yield one;
  },
};

/** DNS was asked: it lists an address that is no ready endpoint any more. */
function stale(service: Service, seen: DnsObservation): Found | null {
  const gone = seen.addresses.filter((address) => !seen.ready.includes(address));
  if (gone.length === 0) return null;
  return {
    message: `DNS still lists ${names(gone)}, which ${gone.length === 1 ? 'is no ready endpoint' : 'are no ready endpoints'} (any more)`,
    evidence: [`${seen.name}: ${names(seen.addresses)}, to be kept for ${count(seen.ttl ?? 0, 'second')}`, `ready: ${names(seen.ready)}`],
    remedy: `ask again in ${seen.ttl ?? 30} s: kiada dns resolve ${service.name} -n ${service.namespace}`,
  };
}

/** An endpoint is going away now: those who looked it up before may still call it. */
function leaving(facts: Facts, service: Service): Found | null {
  const going = facts.endpoints(service).filter((endpoint) => endpoint.terminating);
  if (going.length === 0 || service.publishNotReadyAddresses) return null;
  return {
    severity: 'info',
    message: `${count(going.length, 'endpoint')} ${going.length === 1 ? 'is' : 'are'} going away; clients that keep what DNS told them still call ${going.length === 1 ? 'it' : 'them'}`,
    evidence: lines(going.map(({address, pod}) => `${address}${pod === null ? '' : ` (${pod})`} is terminating`)),
    remedy: 'let clients resolve the name for each connection, or use a Service with a cluster IP',
  };
}

/** What a resolver waits before it asks again. */
const RETRY_MS = 5000;
const NEAR_MS = 500;

export const slowDns: Rule = {
  code: 'KIA0611',
  name: 'LookupsWaitForRetry',
  severity: 'warning',
  certainty: 'possible',
  observes: true,
  summary: 'Some lookups take as long as a resolver waits before it asks again.',
  why: 'A lookup that takes just 5 or 10 seconds was not slow but lost: a datagram did not arrive, and the resolver asked again. Two queries from one socket at the same time, as for both families, may meet in conntrack.',
  remedy: 'Consider NodeLocal DNSCache, or the resolver option single-request-reopen.',
  needs: [],
  live: true,
  *check(facts, service) {
    const durations = observedOf(facts, service, 'dns').flatMap(({durationsMs}) => durationsMs);
    const late = durations.filter((ms) => ms >= RETRY_MS - 1 && ms % RETRY_MS <= NEAR_MS);
    if (late.length === 0) return;
    yield {
      message: `${late.length} of ${count(durations.length, 'lookup')} took ${names([...new Set(late.map((ms) => `${Math.floor(ms / RETRY_MS) * 5} s`))])}: a lost datagram and a second try`,
      evidence: [`lookups of its name took ${names(durations.toSorted((a, b) => a - b).map((ms) => `${Math.round(ms)} ms`))}`],
      remedy: 'see whether it is so in pods too; consider NodeLocal DNSCache',
    };
  },
};
