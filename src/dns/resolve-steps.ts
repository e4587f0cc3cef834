import type {ClusterView, DnsAnswer, DnsQuestion, DnsRecord, Rcode, ResolverConfig} from '../model/index.ts';
import {answer, isInZones} from './answer.ts';
import {type AnswerOptions, fallsThrough, settingsOf} from './answer-options.ts';
import {followPlan, type Outcome} from './follow-plan.ts';
import {type Libc, lookupPlan} from './lookup-plan.ts';
import {fullyQualified} from './name.ts';

/** One query of a pod's resolver. UNKNOWN: nobody here can say what a server outside the cluster answers. */
export interface ResolveStep {
  readonly query: string;
  readonly type: string;
  readonly rcode: Rcode | 'UNKNOWN';
  readonly records: readonly DnsRecord[];
}

/** The queries in order, and what the program is told in the end. */
export interface Resolution {
  readonly steps: readonly ResolveStep[];
  readonly rcode: Rcode | 'UNKNOWN';
  readonly records: readonly DnsRecord[];
}

export interface ResolveOptions extends AnswerOptions {
  readonly libc: Libc;
  /** Addresses of the cluster's DNS. A pod whose first name server is another asks outside. Without it every pod asks the cluster's. */
  readonly clusterDNS?: readonly string[];
}

/**
 * What a pod's resolver would ask and be told, for a name as a program has it (with or without its final dot). Names outside the
 * cluster's zones are UNKNOWN unless `upstream` says. A name that asks for nothing (an address) has no steps and is NXDOMAIN.
 */
export function resolveSteps(view: ClusterView, question: DnsQuestion, config: ResolverConfig, options: ResolveOptions): Resolution {
  const type = question.type.toUpperCase();
  const plan = lookupPlan(question.name, config, options);
  const followed = followPlan(plan, options.libc, fullyQualified(question.name), (query) => {
    const reply = ask(view, {name: query, type}, config, options);
    return {
      outcome: outcomeOf(reply, type),
      step: {query, type, rcode: reply?.rcode ?? ('UNKNOWN' as const), records: reply?.answer ?? []},
    };
  });
  const told = followed.told?.reply.step;
  return {steps: followed.asked.map(({reply}) => reply.step), rcode: told?.rcode ?? 'NXDOMAIN', records: told?.records ?? []};
}

function ask(view: ClusterView, question: DnsQuestion, config: ResolverConfig, options: ResolveOptions): DnsAnswer | null {
  const [server] = config.nameservers;
  const outside = options.clusterDNS !== undefined && (server === undefined || !options.clusterDNS.includes(server));
  if (outside || !isInZones(view, question.name, options)) return options.upstream?.(question) ?? null;
  const reply = answer(view, question, options);
  const passedOn = reply.rcode === 'NXDOMAIN' && fallsThrough(settingsOf(view, options), question.name);
  return passedOn ? (options.upstream?.(question) ?? null) : reply;
}

/** What an answer comes to for the library that asked; null (nobody can say) is `unknown`. */
export function outcomeOf(reply: DnsAnswer | null, type: string): Outcome {
  switch (reply?.rcode) {
    case undefined:
      return 'unknown';
    case 'NOERROR':
      // a CNAME that leads nowhere counts as an answer: the search ends there
      return reply.answer.some((record) => record.type === type || record.type === 'CNAME') ? 'answer' : 'nodata';
    case 'NXDOMAIN':
      return 'nxdomain';
    case 'SERVFAIL':
      return 'servfail';
    default:
      return 'failure';
  }
}
