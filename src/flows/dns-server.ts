import {KiadaError} from '../errors.ts';
import {hostPort} from '../ip/index.ts';
import type {ObjectSource} from '../kube/index.ts';
import type {ClusterView, Pod} from '../model/index.ts';
import type {StreamDial} from '../vantage/index.ts';
import {sandboxDoor} from './sandbox-door.ts';
import type {ClusterSource} from './source.ts';

/** A DNS server that can be asked from here. */
export interface DnsServerPlace {
  /** As the result names it: `127.0.0.1:53`, or the pod behind a port-forward. */
  readonly label: string;
  readonly address: string;
  readonly port: number;
  /** Where the way to it is a stream of its own: then it is asked over TCP. */
  readonly dial: StreamDial | null;
}

/**
 * Where the cluster's DNS can be asked from here: the named server, the sandbox's own door, or each ready pod of the cluster's DNS through a
 * port-forward to its TCP port 53. None for a snapshot, and where the cluster's DNS has no ready pod.
 */
export async function dnsServersOf(
  source: ObjectSource | ClusterSource,
  view: ClusterView,
  named: string | undefined,
): Promise<readonly DnsServerPlace[]> {
  if (named !== undefined) return [parseServer(named)];
  if (!('client' in source)) return [];
  const door = await sandboxDoor(source.client);
  if (door?.dns) return [{...door.dns, label: hostPort(door.dns.address, door.dns.port), dial: null}];
  return dnsPods(view).map((pod) => throughPortForward(source, pod));
}

/** Each may answer from a cache of its own. */
function dnsPods(view: ClusterView): readonly Pod[] {
  const pods = new Map<string, Pod>();
  for (const key of ['kube-system/kube-dns', 'kube-system/coredns', 'openshift-dns/dns-default']) {
    const endpoints = (view.slicesOf.get(key) ?? []).flatMap((slice) => slice.endpoints);
    for (const {pod, ready} of endpoints) {
      const found = ready && pod !== null ? view.pods.get(`${pod.namespace}/${pod.name}`) : undefined;
      if (found !== undefined) pods.set(found.name, found);
    }
  }
  return [...pods.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function throughPortForward(source: ClusterSource, pod: Pod): DnsServerPlace {
  const dial: StreamDial = async () => {
    const {openPortForward} = await import('../kube/index.ts');
    return {socket: await openPortForward(source.client, pod, 53)};
  };
  return {label: `pod ${pod.namespace}/${pod.name} (port-forward)`, address: pod.ips[0] ?? '', port: 53, dial};
}

function parseServer(text: string): DnsServerPlace {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:\s]+))(?::(\d{1,5}))?$/.exec(text);
  const port = Number(match?.[3] ?? 53);
  if (!match || port < 1 || port > 65_535) {
    throw new KiadaError('USAGE', `"${text}" is no DNS server`, {hint: 'Write it like 127.0.0.1:53 or [::1]:53.'});
  }
  const address = match[1] ?? match[2] ?? '';
  return {address, port, label: hostPort(address, port), dial: null};
}
