import {cidrHoldsCanonical, hostPort} from '../ip/index.ts';
import type {ClusterView, Protocol} from '../model/index.ts';
import type {Destination} from './destination.ts';
import type {PacketVerdict} from './packet-verdict.ts';
import {judgePort, type Outcome, type PortJudgement} from './port-judgement.ts';
import {isNodeAddress, isPodAddress, type NodeProxy} from './proxy-settings.ts';
import type {ProxiedPort} from './service-port.ts';

/** A packet and the kube-proxy that meets it; the addresses are canonical and of the proxy's family. */
export interface Meeting {
  readonly view: ClusterView;
  readonly proxy: NodeProxy;
  readonly node: string;
  readonly source: string;
  readonly destination: string;
  readonly number: number;
  readonly protocol: Protocol;
  /** The port that is asked about, with what its node decided, where that is known before the packet is judged. */
  readonly asked: {readonly port: ProxiedPort; readonly judged: PortJudgement} | null;
}

/** What the node has decided about the port that the packet is addressed to. */
export function judgementOf({view, node, asked}: Meeting, {port}: Destination): PortJudgement {
  return asked?.port === port ? asked.judged : judgePort(view, port, node);
}

/** An outcome with what becomes of the source address. */
export interface Decision {
  readonly outcome: Outcome;
  readonly masquerade: boolean;
}

/**
 * Traffic to a cluster IP. It is masqueraded where it does not come from a pod, but that only a detector of local traffic can tell;
 * or always, with masquerade-all.
 */
export function decideInternal(meeting: Meeting, judged: PortJudgement): Decision {
  const {proxy, source} = meeting;
  const offCluster = proxy.podRanges.size > 0 && !isPodAddress(proxy, source);
  return {outcome: judged.internal, masquerade: proxy.masqueradeAll || offCluster};
}

/**
 * Traffic to an external address of a Service. Policy Cluster masquerades all of it, since the endpoint may be on another node.
 * Policy Local keeps the source, but pods and the node itself skip the policy, as if they had gone out and come back through a load
 * balancer; the node is masqueraded then, because its source may be the very address it called.
 */
export function decideExternal(meeting: Meeting, destination: Destination, judged: PortJudgement): Decision {
  const {proxy, source} = meeting;
  if (destination.port.externalTrafficPolicy === 'Cluster') return {outcome: judged.external, masquerade: true};
  if (isPodAddress(proxy, source)) return {outcome: judged.shortCircuit, masquerade: false};
  if (isNodeAddress(proxy, source)) return {outcome: judged.shortCircuit, masquerade: true};
  return {outcome: judged.external, masquerade: false};
}

/**
 * Whether `loadBalancerSourceRanges` lets the source reach a load balancer address. Where the node's own address is admitted, so are the
 * Service's load balancer addresses: a node that has one as a local address calls it with itself as the source.
 */
export function admits(meeting: Meeting, destination: Destination): boolean {
  const {sourceRanges, vips} = destination.port;
  const {source, proxy} = meeting;
  if (destination.path !== 'loadbalancer' || sourceRanges.length === 0) return true;
  if (sourceRanges.some((range) => cidrHoldsCanonical(range, source))) return true;
  return (
    vips.includes(source) && proxy.primaryIP !== null && sourceRanges.some((range) => cidrHoldsCanonical(range, proxy.primaryIP as string))
  );
}

/** The verdict for a packet that a Service port has decided about. */
export function decided(meeting: Meeting, destination: Destination, decision: Decision): PacketVerdict {
  const {outcome} = decision;
  const hairpinOnly = outcome.onlyAddress === meeting.source;
  return {
    ...named(destination),
    verdict: outcome.verdict,
    masquerade: outcome.verdict === 'forward' && (decision.masquerade || hairpinOnly),
    endpoints: outcome.endpoints,
    reason: outcome.reason,
    trafficPolicy: outcome.trafficPolicy,
  };
}

/** The verdict for a source that the Service's ranges do not admit. */
export function notAdmitted(meeting: Meeting, destination: Destination): PacketVerdict {
  const ranges = destination.port.sourceRanges.map((range) => range.text).join(', ');
  return ended('drop', `${meeting.source} is not in loadBalancerSourceRanges (${ranges})`, destination);
}

/** The verdict for a packet that matched no port. */
export function ended(verdict: 'reject' | 'drop' | 'ignore', reason: string, destination: Destination | null = null): PacketVerdict {
  const match = destination === null ? {servicePort: null, path: null, affinitySeconds: null} : named(destination);
  return {...match, verdict, masquerade: false, endpoints: [], reason, trafficPolicy: null};
}

/** The destination in words: `TCP 10.96.0.1:80`. */
export function describe(meeting: Meeting): string {
  return `${meeting.protocol} ${hostPort(meeting.destination, meeting.number)}`;
}

function named({port, path}: Destination): Pick<PacketVerdict, 'servicePort' | 'path' | 'affinitySeconds'> {
  const servicePort = {namespace: port.namespace, name: port.serviceName, portName: port.name, protocol: port.protocol, port: port.port};
  return {servicePort, path, affinitySeconds: port.affinitySeconds};
}
