import {kiada} from '../kiada/index.ts';
import {nodeContext} from '../node-context.ts';

// The program as a process of its own, for a container that has nothing but Node.
process.exit(await kiada(nodeContext({args: ['kiada', ...process.argv.slice(2)], env: process.env})));
