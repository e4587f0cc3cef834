export {suiteImages} from './images.ts';
export {kiada} from './kiada/index.ts';
export {nodeContext} from './node-context.ts';
export {installQuestions, quizApi} from './quiz/index.ts';
export {quoteWriter} from './quote/index.ts';
export {findSetup, type OnNode, SETUP_LABEL, type Setup, setups} from './setups/index.ts';
