import {type Destination, findByAddress, findByNodePort} from './destination.ts';
import {
  admits,
  type Decision,
  decided,
  decideExternal,
  decideInternal,
  describe,
  ended,
  judgementOf,
  type Meeting,
  notAdmitted,
} from './meeting.ts';
import type {PacketVerdict} from './packet-verdict.ts';
import {isNodeAddress, servesNodePorts} from './proxy-settings.ts';
import {proxiedPorts} from './service-port.ts';

/**
 * kube-proxy in iptables mode: first translation, then the filter rules for what was not translated. So a Service without endpoints
 * refuses whomever calls, admitted by its source ranges or not. Addresses of Services without such a port are nobody's business here.
 */
export function judgeByIptables(meeting: Meeting): PacketVerdict {
  const {view, proxy, destination: address, number, protocol} = meeting;
  const byAddress = findByAddress(view, proxy, address, number, protocol);
  const byNodePort = isNodeAddress(proxy, address) ? findByNodePort(view, proxy, number, protocol) : null;
  const translated = translate(meeting, byAddress) ?? (servesNodePorts(proxy, address) ? translate(meeting, byNodePort) : null);
  return translated ?? filter(meeting, byAddress) ?? filter(meeting, byNodePort) ?? untouched(meeting);
}

function translate(meeting: Meeting, destination: Destination | null): PacketVerdict | null {
  if (destination === null || !admits(meeting, destination)) return null;
  const decision = decide(meeting, destination);
  return decision.outcome.verdict === 'forward' ? decided(meeting, destination, decision) : null;
}

/**
 * The reject and drop rules. That of a node port is for every local address, whatever `--nodeport-addresses` says, and it is there
 * wherever traffic from elsewhere has no endpoint, so that it also catches pods that call an address on which node ports are not served.
 */
function filter(meeting: Meeting, destination: Destination | null): PacketVerdict | null {
  if (destination === null) return null;
  const judged = judgementOf(meeting, destination);
  const outcome = destination.path === 'clusterip' ? judged.internal : judged.external;
  if (outcome.verdict !== 'forward') return decided(meeting, destination, {outcome, masquerade: false});
  return admits(meeting, destination) ? null : notAdmitted(meeting, destination);
}

function decide(meeting: Meeting, destination: Destination): Decision {
  const judged = judgementOf(meeting, destination);
  return destination.path === 'clusterip' ? decideInternal(meeting, judged) : decideExternal(meeting, destination, judged);
}

function untouched(meeting: Meeting): PacketVerdict {
  const health = meeting.protocol === 'TCP' && isNodeAddress(meeting.proxy, meeting.destination) ? healthCheckOwner(meeting) : null;
  if (health !== null) return ended('ignore', `accepted: ${meeting.number} is the health check node port of Service ${health}`);
  return ended('ignore', `no Service has ${describe(meeting)}`);
}

function healthCheckOwner(meeting: Meeting): string | null {
  for (const service of meeting.view.services.values()) {
    const port = proxiedPorts(service).find(
      ({family, healthCheckNodePort}) => family === meeting.proxy.family && healthCheckNodePort === meeting.number,
    );
    if (port !== undefined) return port.service;
  }
  return null;
}
