import {type Libc, lookUp, readResolvConf} from '../dns/index.ts';
import {hostPort} from '../ip/index.ts';
import type {DnsAnswer, DnsQuestion, DnsRecord, ResolverConfig} from '../model/index.ts';
import {queryDns} from '../vantage/index.ts';

/** What is asked on the first line of stdin; the `AgentDnsReport` is told on stdout. */
export interface AgentDnsOrder {
  readonly question: DnsQuestion;
  readonly libc: Libc;
  /** For all queries together, in milliseconds. */
  readonly budgetMs: number;
}

/** What the resolver here says, and by which settings. */
export interface AgentDnsReport {
  readonly config: ResolverConfig;
  readonly steps: readonly {
    readonly query: string;
    readonly type: string;
    readonly rcode: string;
    readonly records: readonly DnsRecord[];
    /** `10.96.0.10:53`: the name server that gave this answer. */
    readonly server: string;
  }[];
  readonly rcode: string;
  readonly records: readonly DnsRecord[];
  /** Why it ended without an answer; null where there is one. */
  readonly problem: string | null;
}

export interface ResolverPlace {
  /** Text of resolv.conf. */
  readonly file: string;
  /** Where its name servers listen. */
  readonly port: number;
}

/** Seconds that the C libraries wait for one name server, and at the most (glibc resolv/resolv.h, RES_TIMEOUT and RES_MAXRETRANS). */
const [TIMEOUT_S, MAX_TIMEOUT_S] = [5, 30];
/** More name servers are passed over (MAXNS). */
const MAX_NAMESERVERS = 3;
/** A server that answers so has no answer: the next one is asked (glibc resolv/res_send.c). */
const NO_ANSWER: readonly string[] = ['SERVFAIL', 'NOTIMP', 'REFUSED'];

/**
 * Looks a name up by the settings of a resolv.conf: each query over UDP, over TCP where the answer was cut off, to the first of its name
 * servers that has an answer. Never rejects: what goes wrong is the report's problem.
 */
export async function resolveHere({question, libc, budgetMs}: AgentDnsOrder, {file, port}: ResolverPlace): Promise<AgentDnsReport> {
  const config = readResolvConf(file);
  const signal = AbortSignal.timeout(budgetMs);
  const asked: AgentDnsReport['steps'][number][] = [];
  const servers = (config.nameservers.length > 0 ? config.nameservers : ['127.0.0.1']).slice(0, MAX_NAMESERVERS);
  const ask = async (query: DnsQuestion): Promise<DnsAnswer> => {
    const {server, answer} = await askInTurn(servers, query, {port, signal, timeoutMs: timeoutOf(config) * 1000});
    asked.push({query: query.name, type: query.type, rcode: answer.rcode, records: answer.answer, server});
    return answer;
  };
  try {
    const {rcode, records} = await lookUp(question, config, libc, ask);
    return {config, steps: asked, rcode, records, problem: null};
  } catch (error) {
    const problem = signal.aborted ? `the lookup was not over within ${budgetMs / 1000} s` : String((error as Error).message);
    return {config, steps: asked, rcode: asked.at(-1)?.rcode ?? 'SERVFAIL', records: [], problem};
  }
}

interface Manner {
  readonly port: number;
  readonly signal: AbortSignal;
  /** For one name server. */
  readonly timeoutMs: number;
}

/** The first name server with an answer; else the last that said anything at all. Throws where none did, with what went wrong at each. */
async function askInTurn(
  servers: readonly string[],
  question: DnsQuestion,
  {port, signal, timeoutMs}: Manner,
): Promise<{readonly server: string; readonly answer: DnsAnswer}> {
  const problems: string[] = [];
  let refusal: {readonly server: string; readonly answer: DnsAnswer} | null = null;
  for (const address of servers) {
    try {
      const answer = await queryDns({server: {address, port}, ...question, timeoutMs, signal});
      const heard = {server: hostPort(address, port), answer};
      if (!NO_ANSWER.includes(answer.rcode)) return heard;
      refusal = heard;
    } catch (error) {
      signal.throwIfAborted();
      problems.push((error as Error).message);
    }
  }
  if (refusal === null) throw new Error(problems.join('; '));
  return refusal;
}

function timeoutOf({options}: ResolverConfig): number {
  const given = options.findLast((option) => /^timeout:\d+$/.test(option));
  return given === undefined ? TIMEOUT_S : Math.min(Math.max(1, Number(given.slice('timeout:'.length))), MAX_TIMEOUT_S);
}
