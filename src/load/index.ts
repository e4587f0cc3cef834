export type {LoadClock} from './clock.ts';
export {type LoadOptions, runLoad} from './engine.ts';
export type {Dial, DialedLoad, ErrorKind, HttpRequestPlan, Identify, LoadPlan, LoadTarget, Pace} from './plan.ts';
export type {Outcome} from './recorder.ts';
export type {EndpointTally, FailureSample, LoadEngineResult, LoadProgress, TimelineBucket} from './result.ts';
export {type DistributionQuestion, detectableSkew, testDistribution, wilsonInterval} from './statistics/index.ts';
export {isMissed, parseFailIf, type Threshold, type ThresholdFacts} from './threshold.ts';
