import {KiadaError} from '../errors.ts';
import type {DnsAnswer, DnsQuestion, DnsRecord, ResolverConfig} from '../model/index.ts';
import type {DnsServerPlace} from './dns-server.ts';

interface AskedResolution {
  readonly rcode: string;
  readonly records: readonly DnsRecord[];
  readonly steps: readonly {
    readonly query: string;
    readonly type: string;
    readonly rcode: string;
    readonly records: readonly DnsRecord[];
  }[];
}

const TIMEOUT_MS = 5000;

/** What one server said, or why it said nothing. */
export interface Asked {
  readonly server: string;
  readonly resolution: AskedResolution | null;
  readonly problem: string | null;
}

/** Asks each server what a pod's resolver would ask it. Throws where none of them answers. */
export async function askEach(
  servers: readonly DnsServerPlace[],
  question: DnsQuestion,
  config: ResolverConfig,
  libc: 'glibc' | 'musl',
): Promise<readonly Asked[]> {
  const {lookUp} = await import('../dns/index.ts');
  const settled = await Promise.allSettled(servers.map((server) => lookUp(question, config, libc, (query) => ask(server, query))));
  const [first] = settled;
  if (first?.status === 'rejected' && settled.every(({status}) => status === 'rejected')) throw first.reason;
  return settled.map((each, index) => {
    const server = (servers[index] as DnsServerPlace).label;
    if (each.status === 'fulfilled') return {server, resolution: each.value, problem: null};
    if (each.reason instanceof KiadaError) return {server, resolution: null, problem: each.reason.message};
    throw each.reason;
  });
}

async function ask(server: DnsServerPlace, question: DnsQuestion): Promise<DnsAnswer> {
  const {queryDns} = await import('../vantage/index.ts');
  try {
    const {dial} = server;
    return await queryDns({server, ...question, timeoutMs: TIMEOUT_MS, ...(dial === null ? {transport: 'udp'} : {transport: 'tcp', dial})});
  } catch (error) {
    if (error instanceof KiadaError && error.code === 'FORBIDDEN')
      throw new KiadaError('FORBIDDEN', "the right to forward to pods of the cluster's DNS is missing", {
        hint: 'Ask from a pod with --from, or nobody with --predict-only.',
        cause: error,
      });
    throw new KiadaError('UNREACHABLE', `the DNS server ${server.label} gives no answer`, {
      hint: 'Check the address, or use --predict-only.',
      cause: error,
    });
  }
}
