import {canonicalIP} from '../ip/index.ts';
import type {ClusterView, Packet} from '../model/index.ts';
import {judgeByIptables} from './iptables.ts';
import {judgeByIpvs} from './ipvs.ts';
import type {Meeting} from './meeting.ts';
import {judgeByNftables} from './nftables.ts';
import type {PacketVerdict} from './packet-verdict.ts';
import {nodeProxy, type ProxySettings} from './proxy-settings.ts';

/** One packet of a new connection, as the kube-proxy of `node` meets it. */
export interface PacketQuestion extends Packet {
  readonly node: string;
  readonly proxy?: ProxySettings;
}

/**
 * What the kube-proxy on a node does with the first packet of a connection (pkg/proxy/nftables/proxier.go; pkg/proxy/iptables and ipvs
 * where `proxy.mode` or the view says so). Settings that are not given are taken from the view. Never throws: what cannot be read is ignored.
 */
export function judgePacket(view: ClusterView, packet: PacketQuestion): PacketVerdict {
  const [source, destination] = [canonicalIP(packet.sourceIP), canonicalIP(packet.destinationIP)];
  if (source === null) return untouched(`${packet.sourceIP} is no IP address`);
  if (destination === null) return untouched(`${packet.destinationIP} is no IP address`);
  const family = destination.includes(':') ? 'IPv6' : 'IPv4';
  const proxy = nodeProxy(view, packet.node, packet.proxy?.ipFamily ?? family, packet.proxy);
  if (proxy.family !== family || source.includes(':') !== (family === 'IPv6')) return untouched(`the packet is not all of ${proxy.family}`);
  const {node, destinationPort: number, protocol} = packet;
  return judgeMeeting({view, proxy, node, source, destination, number, protocol, asked: null});
}

/** The same for a packet whose addresses are canonical and of the family of the proxy, which is the node's. */
export function judgeMeeting(meeting: Meeting): PacketVerdict {
  switch (meeting.proxy.mode) {
    case 'nftables':
      return judgeByNftables(meeting);
    case 'iptables':
      return judgeByIptables(meeting);
    case 'ipvs':
      return judgeByIpvs(meeting);
  }
}

/** Whether the connection arrives at this endpoint with the node's address: by the verdict, or because a pod reaches itself (hairpin). */
export function isMasqueraded(verdict: PacketVerdict, endpointAddress: string, sourceIP: string): boolean {
  return verdict.masquerade || endpointAddress === canonicalIP(sourceIP);
}

function untouched(reason: string): PacketVerdict {
  return {
    verdict: 'ignore',
    masquerade: false,
    endpoints: [],
    reason,
    servicePort: null,
    path: null,
    trafficPolicy: null,
    affinitySeconds: null,
  };
}
