export {installQuestions} from './install-questions.ts';
export {quizApi} from './program.ts';
export {questionsScript} from './questions-script.ts';
