import type {ClusterView, DnsAnswer, DnsQuestion} from '../model/index.ts';
import {fullyQualified, isWithin} from './name.ts';

/** How the cluster's DNS is configured; the names are those of CoreDNS' `kubernetes` plugin. */
export interface AnswerOptions {
  /** The cluster's zone. Default: the view's cluster domain, `cluster.local.` */
  readonly zone?: string;
  /** Reverse zones that are answered too. Default: all of `in-addr.arpa.` and `ip6.arpa.`, as kubeadm has it. */
  readonly reverseZones?: readonly string[];
  /** Seconds, 5 by default; kubeadm sets 30. */
  readonly ttl?: number;
  /** `disabled` by default; kubeadm sets `insecure`. */
  readonly podRecords?: 'disabled' | 'insecure' | 'verified';
  /** Addresses of the DNS server itself: what `ns.dns.ZONE` stands for, unless they are endpoints of a Service. */
  readonly serverIPs?: readonly string[];
  /** Serial number of the SOA record. CoreDNS takes the time of the last change; nothing here knows the time. */
  readonly serial?: number;
  /** Zones that pass on what they have no record of (CoreDNS' `fallthrough`). None by default; kubeadm sets the reverse zones. */
  readonly fallthrough?: readonly string[];
  /**
   * What a resolver for all other names would say, or null where it cannot be asked. Nothing is asked upstream without it:
   * a name outside the zones is then NXDOMAIN without SOA, and a CNAME that leads outside stands alone.
   */
  readonly upstream?: (question: DnsQuestion) => DnsAnswer | null;
}

/** Options with every gap filled, zones in lower case with a final dot, the cluster's zone first. */
export interface Settings {
  readonly zones: readonly [string, ...string[]];
  readonly ttl: number;
  readonly podRecords: 'disabled' | 'insecure' | 'verified';
  readonly serverIPs: readonly string[];
  readonly serial: number;
  readonly fallthrough: readonly string[];
  readonly upstream: ((question: DnsQuestion) => DnsAnswer | null) | null;
}

const REVERSE_ZONES = ['in-addr.arpa.', 'ip6.arpa.'];

/** Fills in the defaults. */
export function settingsOf(view: ClusterView, options: AnswerOptions): Settings {
  return {
    zones: [normalZone(options.zone ?? view.options.clusterDomain), ...(options.reverseZones?.map(normalZone) ?? REVERSE_ZONES)],
    ttl: options.ttl ?? 5,
    podRecords: options.podRecords ?? 'disabled',
    serverIPs: options.serverIPs ?? [],
    serial: options.serial ?? 1,
    fallthrough: options.fallthrough?.map(normalZone) ?? [],
    upstream: options.upstream ?? null,
  };
}

function normalZone(zone: string): string {
  return fullyQualified(zone.toLowerCase());
}

/** The longest zone that holds the name, which is in lower case; null where none does. */
export function zoneOf(settings: Settings, name: string): string | null {
  let found: string | null = null;
  for (const zone of settings.zones) {
    if (isWithin(zone, name) && zone.length > (found?.length ?? 0)) found = zone;
  }
  return found;
}

/** Whether a name that has no record is asked for elsewhere. */
export function fallsThrough(settings: Settings, name: string): boolean {
  return settings.fallthrough.some((zone) => isWithin(zone, name.toLowerCase()));
}
