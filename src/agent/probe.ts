import {type NamedPort, type ProbeOutcome, type ProbeSpec, runProbe} from '../probe/index.ts';
import {dialDirect} from '../vantage/index.ts';
import {readOrder, tell} from './read-order.ts';

/** What is asked on the first line of stdin; the `ProbeOutcome` is told on stdout. */
export interface AgentProbeOrder {
  readonly spec: ProbeSpec;
  readonly podIP: string;
  readonly ports: readonly NamedPort[];
}

/** Executes one probe from here, so that its time is the network's and not that of the way to the agent. */
export async function probe(): Promise<void> {
  const {spec, podIP, ports} = await readOrder<AgentProbeOrder>();
  const dial = dialDirect();
  const outcome: ProbeOutcome = await runProbe(spec, {dial: async (target, options) => (await dial(target, options)).socket, podIP, ports});
  await tell(outcome);
}
