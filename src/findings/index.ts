export {type CheckOptions, type CheckResult, check} from './check.ts';
export {codes, type Explanation, explainCode} from './explain-code.ts';
export {type Ignored, parseIgnored} from './ignore.ts';
