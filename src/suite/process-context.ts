import type {ProgramContext} from '../model/index.ts';
import {nodeContext} from './node-context.ts';

/** The surroundings of a program that has this process to itself. LISTEN_HOST keeps its ports to one address. */
export function processContext(name: string): ProgramContext {
  const {LISTEN_HOST: listenHost} = process.env;
  return nodeContext({
    args: [name, ...process.argv.slice(2)],
    env: process.env,
    ...(listenHost ? {listenHost} : {}),
    onListenError: (error) => {
      process.stderr.write(`${name}: ${error.message}\n`);
      process.exit(1);
    },
  });
}
