import {readFileSync} from 'node:fs';
import {readOrder, tell} from './read-order.ts';
import {type AgentDnsOrder, resolveHere} from './resolve.ts';

const PORT = 53;

/** Looks one name up as the programs of this place do: by the resolv.conf that is here. */
export async function dns(): Promise<void> {
  const order = await readOrder<AgentDnsOrder>();
  await tell(await resolveHere(order, {file: readFileSync('/etc/resolv.conf', 'utf8'), port: PORT}));
}
