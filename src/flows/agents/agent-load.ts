import {createInterface} from 'node:readline';
import {KiadaError} from '../../errors.ts';
import type {Gathered, GatherOptions, LoadPlan, Member, MemberMessage} from '../../load/index.ts';
import type {Agent} from './agent.ts';

/** An agent tells how far it is twice a second; one that says nothing for so long is taken for lost. */
const SILENCE_MS = 15_000;

/** Runs each agent's plan on it, all from one moment, and puts together what they count. An agent that is lost loses no more than a second. */
export async function loadByAgents(
  agents: readonly Agent[],
  plans: readonly LoadPlan[],
  options: Pick<GatherOptions, 'onProgress' | 'onSamples' | 'signal' | 'samples' | 'failureSamples'>,
): Promise<Gathered> {
  const {fromLine, gather, toLine} = await import('../../load/index.ts');
  const members = agents.map((agent) => memberOf(agent, {fromLine, toLine}));
  try {
    return await gather(members, plans, {...options, progressMs: 500, checkpoints: true});
  } finally {
    for (const member of members) member.close();
  }
}

/** An agent of which nothing is to be expected any more. */
export class AgentLost extends KiadaError {
  readonly why: string;

  constructor(at: string, why: string, cause: unknown) {
    super('UNKNOWABLE', `the agent at ${at} was lost: ${why}`, {cause});
    this.why = why;
  }
}

interface Lines {
  readonly fromLine: (line: string) => unknown;
  readonly toLine: (message: unknown) => string;
}

/** The agent's program as a member of a run, over the streams of `exec`. */
function memberOf(agent: Agent, {fromLine, toLine}: Lines): Member & {close(): void} {
  const session = agent.run(['load']);
  const {promise: gone, reject} = Promise.withResolvers<never>();
  gone.catch(() => {}); // told to whoever waits for it; at the end it is the rule
  const errors: string[] = [];
  const lose = (why: string, cause?: unknown) => reject(new AgentLost(agent.at, why, cause));
  session.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString('utf8').slice(0, 300)));
  session.exit.then(
    () => lose(errors[0] ?? 'its program ended before its time'),
    (error: unknown) => lose(`the connection to it broke (${error instanceof Error ? error.message : String(error)})`, error),
  );
  const silence = setTimeout(() => {
    lose(`nothing was heard of it for ${SILENCE_MS / 1000} s`);
    session.close();
  }, SILENCE_MS);
  let onMessage: (message: MemberMessage) => void = () => {};
  createInterface({input: session.stdout}).on('line', (line) => {
    silence.refresh();
    try {
      onMessage(fromLine(line) as MemberMessage);
    } catch (error) {
      lose('it told something that is no message', error);
    }
  });
  return {
    tell: (message) => {
      silence.refresh();
      session.stdin.write(toLine(message));
    },
    listen: (listener) => {
      onMessage = listener;
    },
    gone,
    ownClock: true,
    close: () => {
      clearTimeout(silence);
      session.close();
    },
  };
}
