import {KiadaError} from '../errors.ts';
import type {ObjectSource} from '../kube/index.ts';
import {sandboxDoor} from './sandbox-door.ts';
import type {ClusterSource} from './source.ts';

export interface DnsServerAddress {
  readonly address: string;
  readonly port: number;
}

/** Where the cluster's DNS can be asked from here: the named server, or the sandbox's own door; null where neither is there. */
export async function dnsServerOf(source: ObjectSource | ClusterSource, named: string | undefined): Promise<DnsServerAddress | null> {
  if (named !== undefined) return parseServer(named);
  if (!('client' in source)) return null;
  return (await sandboxDoor(source.client))?.dns ?? null;
}

function parseServer(text: string): DnsServerAddress {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:\s]+))(?::(\d{1,5}))?$/.exec(text);
  const port = Number(match?.[3] ?? 53);
  if (!match || port < 1 || port > 65_535)
    throw new KiadaError('USAGE', `"${text}" is no DNS server`, {hint: 'Write it like 127.0.0.1:53 or [::1]:53.'});
  return {address: match[1] ?? match[2] ?? '', port};
}
