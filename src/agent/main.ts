// The agent: a program that the tool runs in a cluster, at a pod's or a node's place. It is one file, mounted from a ConfigMap, and
// talks over the standard streams of `exec`: node agent.js wait SECONDS | dial HOST PORT | probe | dns | load
import {dial} from './dial.ts';
import {dns} from './dns.ts';
import {load} from './load.ts';
import {probe} from './probe.ts';

const [command, ...rest] = process.argv.slice(2);

switch (command) {
  case 'wait':
    // the deadline of an agent that nobody takes away
    setTimeout(() => process.exit(0), Number(rest[0] ?? 600) * 1000);
    process.on('SIGTERM', () => process.exit(0));
    break;
  case 'dial':
    await dial(rest[0] ?? '', Number(rest[1] ?? 0));
    break;
  case 'probe':
    await probe();
    break;
  case 'dns':
    await dns();
    break;
  case 'load':
    load();
    break;
  default:
    process.stderr.write(`unknown command ${command ?? ''}\n`);
    process.exit(2);
}
