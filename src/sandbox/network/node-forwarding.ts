import {isMasqueraded, judgePacket, type PacketVerdict} from '../../routing/index.ts';
import type {EndpointAddress} from './affinity-table.ts';
import {type DataPlane, deliver, type Hop, nobody, nodeAddress, type Outcome, sourceBeyondPods, toHost} from './plane.ts';

/** Asks the routing core; `ignored` says what becomes of a packet that no rule touches. */
export function judged(plane: DataPlane, hop: Hop, ignored: () => Outcome): Outcome {
  const {address, port, protocol} = hop.target;
  const judgement = judgePacket(plane.view(), {
    node: hop.node,
    sourceIP: hop.source,
    destinationIP: address,
    destinationPort: port,
    protocol,
  });
  switch (judgement.verdict) {
    case 'ignore':
      return ignored();
    case 'reject':
      return {kind: 'refuse', reason: judgement.reason};
    case 'drop':
      return {kind: 'drop', reason: judgement.reason};
    case 'forward': {
      const outcome = forward(plane, hop, judgement);
      return outcome.kind === 'deliver' ? {...outcome, servicePort: judgement.servicePort} : outcome;
    }
  }
}

function forward(plane: DataPlane, hop: Hop, judgement: PacketVerdict): Outcome {
  const endpoint = chooseEndpoint(plane, hop, judgement);
  if (!endpoint) return {kind: 'drop', reason: judgement.reason};
  const target = {...hop.target, address: endpoint.address, port: endpoint.port};
  const pod = plane.hosts.podAt(endpoint.address);
  const masqueraded = isMasqueraded(judgement, endpoint.address, hop.source);
  const source = masqueraded ? nodeAddress(plane, hop.node, hop.source, pod) : hop.source;
  if (pod) return toHost(plane, pod, target, source, hop.client);
  return toEndpointBeyondPods(plane, {...hop, source, target});
}

/** An endpoint that is no pod of the pod network: a hostNetwork pod, the API server, a machine named by hand. */
function toEndpointBeyondPods(plane: DataPlane, hop: Hop): Outcome {
  const node = plane.hosts.nodeAt(hop.target.address);
  if (node?.name === hop.node) return deliver(plane.hosts.node(node.name), hop.target, hop.source, hop.client);
  const source = sourceBeyondPods(plane, hop.node, hop.source);
  if (node) return toHost(plane, plane.hosts.node(node.name), hop.target, source, hop.client);
  const other = plane.hosts.otherAt(hop.target.address);
  return other ? deliver(other, hop.target, source, hop.client) : nobody(plane, hop.target.address);
}

function chooseEndpoint(plane: DataPlane, hop: Hop, judgement: PacketVerdict): EndpointAddress | null {
  const {endpoints, affinitySeconds, servicePort} = judgement;
  if (affinitySeconds === null || servicePort === null) return pick(endpoints, plane.random());
  const now = plane.clock.now();
  const key = `${hop.node} ${servicePort.namespace}/${servicePort.name}:${servicePort.portName} ${servicePort.protocol} ${hop.source}`;
  const endpoint = plane.affinity.find(key, endpoints, now) ?? pick(endpoints, plane.random());
  if (endpoint) plane.affinity.remember(key, endpoint, now + affinitySeconds * 1000, now);
  return endpoint;
}

function pick(endpoints: PacketVerdict['endpoints'], random: number): EndpointAddress | null {
  let left = random;
  for (const endpoint of endpoints) {
    left -= endpoint.probability;
    if (left < 0) return endpoint;
  }
  return endpoints.at(-1) ?? null; // probabilities that add up to a little less than one
}
