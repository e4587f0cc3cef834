import {processContext} from '../process-context.ts';
import {quizApi} from '../quiz/index.ts';

// The program as a process of its own, for a container that has nothing but Node.
process.exit(await quizApi(processContext('quiz-api')));
