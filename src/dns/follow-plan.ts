import type {Libc} from './lookup-plan.ts';

/** What one query comes to: `nodata` is a name that exists without records of the type, `failure` any rcode beyond NXDOMAIN and SERVFAIL. */
export type Outcome = 'answer' | 'nodata' | 'nxdomain' | 'servfail' | 'failure' | 'unknown';

export interface AskedName<Reply extends {readonly outcome: Outcome}> {
  readonly name: string;
  readonly reply: Reply;
}

/** The queries that were sent, and which of them the caller is told of (null where none was sent). */
export interface FollowedPlan<Reply extends {readonly outcome: Outcome}> {
  readonly asked: readonly AskedName<Reply>[];
  readonly told: AskedName<Reply> | null;
}

/**
 * Asks the names of a `lookupPlan` one by one as the C library would, and stops where it stops: both at an answer; musl also at
 * anything but NXDOMAIN; glibc goes on after NODATA and SERVFAIL, and after any other failure has only the name as it is left.
 * glibc tells of the name as it is where it asked that first, else of NODATA before SERVFAIL before NXDOMAIN.
 * An `unknown` reply is taken as "go on", and is what the caller is told of: nobody can say where the lookup ends.
 */
export function followPlan<Reply extends {readonly outcome: Outcome}>(
  plan: readonly string[],
  libc: Libc,
  asItIs: string,
  ask: (name: string) => Reply,
): FollowedPlan<Reply> {
  const asked: AskedName<Reply>[] = [];
  let failed = false;
  for (const name of plan) {
    if (failed && name !== asItIs) continue;
    const step = {name, reply: ask(name)};
    asked.push(step);
    const {outcome} = step.reply;
    if (outcome === 'answer') return {asked, told: firstUnknown(asked) ?? step};
    if (libc === 'musl' && outcome !== 'nxdomain' && outcome !== 'unknown') return {asked, told: firstUnknown(asked) ?? step};
    failed ||= outcome === 'failure' && name !== asItIs;
  }
  return {asked, told: firstUnknown(asked) ?? toldOf(asked, libc, asItIs)};
}

function firstUnknown<Reply extends {readonly outcome: Outcome}>(asked: readonly AskedName<Reply>[]): AskedName<Reply> | null {
  return asked.find((step) => step.reply.outcome === 'unknown') ?? null;
}

function toldOf<Reply extends {readonly outcome: Outcome}>(
  asked: readonly AskedName<Reply>[],
  libc: Libc,
  asItIs: string,
): AskedName<Reply> | null {
  const last = asked.at(-1) ?? null;
  if (libc === 'musl') return last;
  if (asked.length > 1 && asked[0]?.name === asItIs) return asked[0];
  const withOutcome = (outcome: Outcome) => asked.find((step) => step.reply.outcome === outcome);
  return withOutcome('nodata') ?? withOutcome('servfail') ?? last;
}
