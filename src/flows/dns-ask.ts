import {KiadaError} from '../errors.ts';
import type {DnsAnswer, DnsQuestion, DnsRecord, ResolverConfig} from '../model/index.ts';
import type {DnsServerPlace} from './dns-server.ts';

interface AskedResolution {
  readonly server: string;
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

/** Asks each server. Throws where none of them answers. */
export async function askEach(
  servers: readonly DnsServerPlace[],
  question: DnsQuestion,
  config: ResolverConfig,
  libc: 'glibc' | 'musl',
): Promise<readonly Asked[]> {
  const settled = await Promise.allSettled(servers.map((server) => askCluster(server, question, config, libc)));
  const [first] = settled;
  if (first?.status === 'rejected' && settled.every(({status}) => status === 'rejected')) throw first.reason;
  return settled.map((each, index) => {
    const server = (servers[index] as DnsServerPlace).label;
    if (each.status === 'fulfilled') return {server, resolution: each.value, problem: null};
    if (each.reason instanceof KiadaError) return {server, resolution: null, problem: each.reason.message};
    throw each.reason;
  });
}

/** Asks a DNS server what a pod's resolver would ask it, in that order, and says what the program is told in the end. */
async function askCluster(
  server: DnsServerPlace,
  question: DnsQuestion,
  config: ResolverConfig,
  libc: 'glibc' | 'musl',
): Promise<AskedResolution> {
  const {followPlan, fullyQualified, lookupPlan, outcomeOf} = await import('../dns/index.ts');
  const plan = lookupPlan(question.name, config, {libc});
  const replies = new Map<string, DnsAnswer>();
  for (;;) {
    // the plan is pure and stops by what it has heard: it is followed again with each answer until it asks for nothing new
    const missing: string[] = [];
    const followed = followPlan(plan, libc, fullyQualified(question.name), (query) => {
      const reply = replies.get(query) ?? null;
      if (reply === null) missing.push(query);
      return {outcome: outcomeOf(reply, question.type), query, reply};
    });
    const next = missing[0];
    if (next !== undefined) {
      replies.set(next, await ask(server, {name: next, type: question.type}));
      continue;
    }
    const told = followed.told?.reply.reply ?? null;
    return {
      server: server.label,
      rcode: told?.rcode ?? 'NXDOMAIN',
      records: told?.answer ?? [],
      steps: followed.asked.map(({reply}) => ({
        query: reply.query,
        type: question.type,
        rcode: reply.reply?.rcode ?? 'SERVFAIL',
        records: reply.reply?.answer ?? [],
      })),
    };
  }
}

async function ask(server: DnsServerPlace, question: DnsQuestion): Promise<DnsAnswer> {
  const {queryDns} = await import('../vantage/index.ts');
  try {
    const {dial} = server;
    return await queryDns({server, ...question, timeoutMs: TIMEOUT_MS, ...(dial === null ? {transport: 'udp'} : {transport: 'tcp', dial})});
  } catch (error) {
    throw new KiadaError('UNREACHABLE', `the DNS server ${server.label} gives no answer`, {
      hint: 'Check the address, or use --predict-only.',
      cause: error,
    });
  }
}
