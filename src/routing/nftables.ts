import {cidrHoldsCanonical} from '../ip/index.ts';
import {findByAddress, findByNodePort, isClusterIP} from './destination.ts';
import {admits, decided, decideExternal, decideInternal, describe, ended, judgementOf, type Meeting, notAdmitted} from './meeting.ts';
import type {PacketVerdict} from './packet-verdict.ts';
import {servesNodePorts} from './proxy-settings.ts';

/**
 * kube-proxy in nftables mode: source ranges first, before any translation; then addresses of Services, then node ports;
 * then the check of what was not translated: unknown ports of cluster IPs are rejected, unallocated Service addresses dropped.
 */
export function judgeByNftables(meeting: Meeting): PacketVerdict {
  const {view, proxy, destination: address, number, protocol, asked} = meeting;
  const destination = findByAddress(view, proxy, address, number, protocol, asked?.port) ?? nodePortAt(meeting);
  if (destination !== null) {
    if (!admits(meeting, destination)) return notAdmitted(meeting, destination);
    const judged = judgementOf(meeting, destination);
    const internal = destination.path === 'clusterip';
    return decided(meeting, destination, internal ? decideInternal(meeting, judged) : decideExternal(meeting, destination, judged));
  }
  if (isClusterIP(view, proxy, address)) return ended('reject', `the Service with cluster IP ${address} has no port ${protocol} ${number}`);
  const range = proxy.serviceRanges.find((candidate) => cidrHoldsCanonical(candidate, address));
  if (range !== undefined) return ended('drop', `${address} is in the Service range ${range.text}, but no Service has it`);
  return ended('ignore', `no Service has ${describe(meeting)}`);
}

function nodePortAt(meeting: Meeting) {
  const {view, proxy, destination, number, protocol} = meeting;
  return servesNodePorts(proxy, destination) ? findByNodePort(view, proxy, number, protocol) : null;
}
