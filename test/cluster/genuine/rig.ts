import {execFile} from 'node:child_process';
import {existsSync} from 'node:fs';
import path from 'node:path';
import {promisify} from 'node:util';

const BESIDE = path.resolve(import.meta.dirname, '../../../../shared/rig/in.sh');

/** The script that runs a command in a network namespace of the genuine cluster: RIG_IN, else the one beside the project; null without. */
export const RIG: string | null = process.env['RIG_IN'] ?? (existsSync(BESIDE) ? BESIDE : null);

export const NO_RIG = 'RIG_IN names no script that runs commands inside the cluster’s network';

// where no test may be left out, none is for want of it
if (RIG === null && process.env['KIADA_TEST_COMPLETE'] === '1') throw new Error(NO_RIG);

const run = promisify(execFile);
const UNLIMITED = `
echo 0 >/proc/sys/net/ipv4/icmp_ratelimit
echo 0 >/proc/sys/net/ipv6/icmp/ratelimit
for limit in icmp_msgs_per_sec icmp_msgs_burst; do
  [ ! -w /proc/sys/net/ipv4/$limit ] || echo 100000 >/proc/sys/net/ipv4/$limit
done`;

/** Kernels limit the rate of refusals; within the rig's own network namespaces they need not: a refusal is not to look like silence. */
export async function letRefusalsThrough(): Promise<void> {
  await Promise.all(['node1', 'node2', 'node3', 'gw'].map((place) => run(RIG ?? '', [place, 'sh', '-c', UNLIMITED])));
}
