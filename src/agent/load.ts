import {createInterface} from 'node:readline';
import {type LoadEngineResult, type LoadPlan, type LoadProgress, runLoad} from '../load/index.ts';
import {dialDirect, dialUdp} from '../vantage/index.ts';

/** What is asked on the first line of stdin. A pattern travels as its source. */
export interface AgentLoadOrder {
  readonly plan: Omit<LoadPlan, 'identify' | 'request' | 'payload'> & {
    readonly identify:
      | {readonly by: 'auto'}
      | {readonly by: 'header'; readonly name: string}
      | {readonly by: 'body'; readonly pattern: string};
    readonly request: (Omit<NonNullable<LoadPlan['request']>, 'body'> & {readonly body: string | null}) | null;
    readonly payload: string | null;
  };
  /** Wall clock, milliseconds since 1970, so that several agents start at one moment. */
  readonly startAtMs: number;
}

/** What is told on stdout, a line each. */
export type AgentLoadLine = {readonly progress: LoadProgress} | {readonly result: LoadEngineResult};

/** Runs one load plan from here. The end of stdin, which is the client's end, ends it early. */
export async function load(): Promise<void> {
  const lines = createInterface({input: process.stdin});
  const stop = new AbortController();
  lines.on('close', () => stop.abort());
  const first = await new Promise<string>((resolve) => lines.once('line', resolve));
  const order = JSON.parse(first) as AgentLoadOrder;
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, order.startAtMs - Date.now())));
  const tell = (line: AgentLoadLine) => process.stdout.write(`${JSON.stringify(line)}\n`);
  const plan = planOf(order);
  const dial = plan.protocol === 'udp' ? dialUdp() : dialDirect();
  const result = await runLoad(plan, {dial, onProgress: (progress) => tell({progress}), signal: stop.signal});
  await new Promise<void>((resolve) => process.stdout.write(`${JSON.stringify({result} satisfies AgentLoadLine)}\n`, () => resolve()));
  process.exit(0);
}

function planOf({plan}: AgentLoadOrder): LoadPlan {
  const {identify, request, payload} = plan;
  const bytesOf = (text: string | null): Uint8Array | null => (text === null ? null : Buffer.from(text, 'base64'));
  return {
    ...plan,
    identify: identify.by === 'body' ? {by: 'body', pattern: new RegExp(identify.pattern)} : identify,
    request: request === null ? null : {...request, body: bytesOf(request.body)},
    payload: bytesOf(payload),
  };
}
