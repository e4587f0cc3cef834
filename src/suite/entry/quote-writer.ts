import {processContext} from '../process-context.ts';
import {quoteWriter} from '../quote/index.ts';

// The program as a process of its own, for a container that has nothing but Node.
process.exit(await quoteWriter(processContext('quote-writer')));
