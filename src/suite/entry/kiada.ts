import {kiada} from '../kiada/index.ts';
import {processContext} from '../process-context.ts';

// The program as a process of its own, for a container that has nothing but Node.
process.exit(await kiada(processContext('kiada')));
