import {hostPort} from '../../ip/index.ts';
import type {ClusterView, EndpointChange, RouteEndpoint} from '../../model/index.ts';

/** Brings what answers and dialers call an endpoint (a pod's name, an address and port) to its address and port; what nobody knows stays. */
export type EndpointNames = (name: string) => string;

export function endpointNames(view: ClusterView, predicted: readonly RouteEndpoint[], changes: readonly EndpointChange[]): EndpointNames {
  const byPod = new Map<string, string>();
  const port = predicted[0]?.port;
  for (const pod of view.pods.values()) {
    if (pod.ips[0] !== undefined && port !== undefined) byPod.set(pod.name, hostPort(pod.ips[0], port));
  }
  for (const {endpoint, before, after} of changes) {
    const pod = (after ?? before)?.pod;
    if (pod && endpoint !== null) byPod.set(pod, endpoint);
  }
  for (const {pod, address, port: own} of predicted) if (pod !== null) byPod.set(pod, hostPort(address, own));
  return (name) => byPod.get(name) ?? name;
}
