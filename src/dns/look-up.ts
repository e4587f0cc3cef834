import type {DnsAnswer, DnsQuestion, ResolverConfig} from '../model/index.ts';
import {followPlan} from './follow-plan.ts';
import {type Libc, lookupPlan} from './lookup-plan.ts';
import {fullyQualified} from './name.ts';
import {outcomeOf, type Resolution} from './resolve-steps.ts';

/**
 * Asks `ask` what a pod's resolver would ask for a name, in that order, and says what the program is told in the end. A name that asks for
 * nothing (an address) has no steps and is NXDOMAIN. Rejects with whatever `ask` rejects with. Rule: `followPlan`.
 */
export async function lookUp(
  question: DnsQuestion,
  config: ResolverConfig,
  libc: Libc,
  ask: (question: DnsQuestion) => Promise<DnsAnswer>,
): Promise<Resolution> {
  const type = question.type.toUpperCase();
  const plan = lookupPlan(question.name, config, {libc});
  const replies = new Map<string, DnsAnswer>();
  for (;;) {
    // the plan is pure and stops by what it has heard: it is followed again with each answer until it asks for nothing new
    const missing: string[] = [];
    const followed = followPlan(plan, libc, fullyQualified(question.name), (query) => {
      const reply = replies.get(query) ?? null;
      if (reply === null) missing.push(query);
      return {outcome: outcomeOf(reply, type), query, reply};
    });
    const [next] = missing;
    if (next === undefined) {
      const told = followed.told?.reply.reply ?? null;
      return {
        steps: followed.asked.map(({reply: {query, reply}}) => ({
          query,
          type,
          rcode: reply?.rcode ?? 'UNKNOWN',
          records: reply?.answer ?? [],
        })),
        rcode: told?.rcode ?? 'NXDOMAIN',
        records: told?.answer ?? [],
      };
    }
    replies.set(next, await ask({name: next, type}));
  }
}
