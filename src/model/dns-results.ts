import type {DnsRecord, ResolverConfig} from './dns.ts';

// The shapes behind `-o json` of `dns`.

export interface DnsRecordsResult {
  readonly zone: string;
  readonly records: readonly DnsRecord[];
}
export interface DnsResolveResult {
  readonly name: string;
  readonly type: string;
  readonly from: string;
  /** As an agent found it at the vantage, else as predicted. */
  readonly resolver: ResolverConfig;
  /** Where the resolver was found, and what of it is not as the pod's spec asks for; null where nobody looked. */
  readonly found: {readonly at: string; readonly predicted: ResolverConfig | null; readonly differences: readonly string[]} | null;
  readonly steps: readonly {
    readonly query: string;
    readonly type: string;
    readonly rcode: string;
    readonly records: readonly DnsRecord[];
  }[];
  readonly predicted: {readonly rcode: string; readonly records: readonly DnsRecord[]};
  /** The answer of the first server; where servers differ, of the first that answers otherwise than predicted. */
  readonly observed: {readonly rcode: string; readonly records: readonly DnsRecord[]; readonly server: string} | null;
  /** What each server said: every ready pod of the cluster's DNS is asked, or the resolver that an agent found. */
  readonly answers: readonly DnsServerAnswer[];
  /** Whether all that answered said what is predicted, and the resolver that was found is the predicted one. */
  readonly agree: boolean | null;
}

export interface DnsServerAnswer {
  readonly server: string;
  /** null where it gave no answer; `problem` says why. */
  readonly rcode: string | null;
  readonly records: readonly DnsRecord[];
  readonly agree: boolean | null;
  readonly problem: string | null;
}
