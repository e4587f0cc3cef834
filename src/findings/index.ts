export {type CheckOptions, type CheckResult, check} from './check.ts';
export {codes, explainCode} from './explain-code.ts';
export {type Ignored, parseIgnored} from './ignore.ts';
export {type ExpectedProtocol, expectedProtocol} from './ports/expected-protocol.ts';
export {templatePods} from './workload.ts';
