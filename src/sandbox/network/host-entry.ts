import type {ClusterView, Node} from '../../model/index.ts';
import {judgePacket} from '../../routing/index.ts';
import {addressLike} from './network-host.ts';
import type {DataPlane, Target} from './plane.ts';

/** Where a connection to a node port on the host's own loopback enters the cluster. */
export interface HostEntry {
  readonly node: string;
  readonly address: string;
}

/**
 * The node that stands for 127.0.0.1: the first by name that forwards such a connection, so that with `externalTrafficPolicy: Local` it is one with
 * an endpoint, else the first ready one. Its address is of the Service's first family that it has. null where no Service has the node port.
 */
export function hostEntry({view, isNodeUp}: DataPlane, sources: readonly string[], {port, protocol}: Target): HostEntry | null {
  const {nodes, services, servicesByNodePort} = view();
  const owners = (servicesByNodePort.get(port) ?? []).flatMap((key) => services.get(key) ?? []);
  const service = owners.find(({ports}) => ports.some((each) => each.nodePort === port && each.protocol === protocol));
  if (!service) return null;
  const families = service.ipFamilies.map((family) => (family === 'IPv6' ? '::' : '0.0.0.0'));
  const entries = inOrder(nodes).flatMap(({name, internalIPs, ready}) => {
    const address = families.map((family) => addressLike(internalIPs, family)).find((ip) => ip !== null);
    return address === undefined ? [] : [{node: name, address, able: ready && isNodeUp(name)}];
  });
  const forwards = ({node, address}: HostEntry): boolean => {
    const sourceIP = addressLike(sources, address);
    if (sourceIP === null) return false;
    return judgePacket(view(), {node, sourceIP, destinationIP: address, destinationPort: port, protocol}).verdict === 'forward';
  };
  return entries.find((entry) => entry.able && forwards(entry)) ?? entries.find(({able}) => able) ?? entries[0] ?? null;
}

const ordered = new WeakMap<ClusterView['nodes'], readonly Node[]>();

/** By name, numbers in it by their value; sorted once for each state of the nodes, not for each connection. */
function inOrder(nodes: ClusterView['nodes']): readonly Node[] {
  const known = ordered.get(nodes);
  if (known !== undefined) return known;
  const sorted = [...nodes.values()].toSorted((one, other) => one.name.localeCompare(other.name, 'en', {numeric: true}));
  ordered.set(nodes, sorted);
  return sorted;
}
