import {nodeContext} from '../node-context.ts';
import {quoteWriter} from '../quote/index.ts';

// The program as a process of its own, for a container that has nothing but Node.
process.exit(await quoteWriter(nodeContext({args: ['quote-writer', ...process.argv.slice(2)], env: process.env})));
