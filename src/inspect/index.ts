export {describeService, worst} from './describe-service.ts';
export {podVariables} from './pod-variables.ts';
export {pathsOf, servicesOf, summarize} from './service-summary.ts';
