import {type Destination, findByAddress, findByNodePort, isServiceAddress} from './destination.ts';
import {admits, type Decision, decided, decideInternal, describe, ended, judgementOf, type Meeting, notAdmitted} from './meeting.ts';
import type {PacketVerdict} from './packet-verdict.ts';
import type {Outcome, PortJudgement} from './port-judgement.ts';
import {isNodeAddress, isPodAddress, servesNodePorts} from './proxy-settings.ts';

/**
 * kube-proxy in IPVS mode, deprecated (pkg/proxy/ipvs/proxier.go): every Service address is an address of the node, so unknown ports are
 * refused there; Local policies hold for pods too, and where they leave no endpoint on the node the cluster's are used instead.
 */
export function judgeByIpvs(meeting: Meeting): PacketVerdict {
  const {view, proxy, destination: address, number, protocol} = meeting;
  const byNodePort = servesNodePorts(proxy, address) ? findByNodePort(view, proxy, number, protocol) : null;
  const destination = findByAddress(view, proxy, address, number, protocol) ?? byNodePort;
  if (destination === null) {
    if (isServiceAddress(view, proxy, address)) return ended('reject', `no Service with address ${address} has port ${protocol} ${number}`);
    return ended('ignore', `no Service has ${describe(meeting)}`);
  }
  if (!admits(meeting, destination)) return notAdmitted(meeting, destination);
  const judged = judgementOf(meeting, destination);
  return decided(meeting, destination, decide(meeting, destination, judged));
}

function decide(meeting: Meeting, destination: Destination, judged: PortJudgement): Decision {
  if (destination.path === 'clusterip') {
    const {masquerade} = decideInternal(meeting, judged);
    return {outcome: orCluster(judged, judged.internal, 'internalTrafficPolicy'), masquerade};
  }
  const outcome = orCluster(judged, judged.external, 'externalTrafficPolicy');
  if (destination.port.externalTrafficPolicy === 'Cluster') return {outcome, masquerade: true};
  const inside = isPodAddress(meeting.proxy, meeting.source) || isNodeAddress(meeting.proxy, meeting.source);
  const lost = outcome.trafficPolicy === 'Cluster' && outcome.verdict === 'forward' && !inside;
  return {outcome: lost ? judged.external : outcome, masquerade: false};
}

/** A virtual server without real servers refuses; it is without only where the cluster set is not kept or empty too. */
function orCluster(judged: PortJudgement, wanted: Outcome, field: string): Outcome {
  if (wanted.verdict !== 'drop') return wanted;
  const cluster = judged.shortCircuit;
  if (cluster.verdict !== 'forward') return {...wanted, verdict: 'reject'};
  return {...cluster, reason: `${wanted.reason}, for which IPVS mode uses the cluster's endpoints in spite of ${field} Local`};
}
