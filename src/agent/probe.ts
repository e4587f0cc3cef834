import {createInterface} from 'node:readline';
import {type NamedPort, type ProbeOutcome, type ProbeSpec, runProbe} from '../probe/index.ts';
import {dialDirect} from '../vantage/index.ts';

/** What is asked on the first line of stdin; the `ProbeOutcome` is told on stdout. */
export interface AgentProbeOrder {
  readonly spec: ProbeSpec;
  readonly podIP: string;
  readonly ports: readonly NamedPort[];
}

/** Executes one probe from here, so that its time is the network's and not that of the way to the agent. */
export async function probe(): Promise<void> {
  const first = await new Promise<string>((resolve) => createInterface({input: process.stdin}).once('line', resolve));
  const {spec, podIP, ports} = JSON.parse(first) as AgentProbeOrder;
  const dial = dialDirect();
  const outcome: ProbeOutcome = await runProbe(spec, {dial: async (target, options) => (await dial(target, options)).socket, podIP, ports});
  await new Promise<void>((resolve) => process.stdout.write(`${JSON.stringify(outcome)}\n`, () => resolve()));
  process.exit(0);
}
