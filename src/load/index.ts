export {compareLoads} from './compare.ts';
export {runLoad} from './engine.ts';
export type {Dial, HttpRequestPlan, Identify, LoadPlan} from './plan.ts';
export type {EndpointTally, LoadEngineResult, LoadProgress} from './result.ts';
export {serveLoadWorker} from './serve-worker.ts';
export {testDistribution, wilsonInterval} from './statistics/index.ts';
export {isMissed, parseFailIf, type ThresholdFacts} from './threshold.ts';
export {runLoadInWorkers} from './workers.ts';
