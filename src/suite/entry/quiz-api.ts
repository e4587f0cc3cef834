import {nodeContext} from '../node-context.ts';
import {quizApi} from '../quiz/index.ts';

// The program as a process of its own, for a container that has nothing but Node.
process.exit(await quizApi(nodeContext({args: ['quiz-api', ...process.argv.slice(2)], env: process.env})));
