import {processContext} from '../process-context.ts';
import {tlsProxy} from '../tls-proxy/program.ts';

// The program as a process of its own, for a container that has nothing but Node.
process.exit(await tlsProxy(processContext('tls-proxy')));
