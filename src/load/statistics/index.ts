export {chiSquareQuantile, chiSquareTail, neededNoncentrality, noncentralTail} from './chi-square.ts';
export {combineTests} from './combine.ts';
export {logSpreadOf, logSpreadOfSeconds, type Measured, ratioOf, shareDifference} from './compare.ts';
export {exactMultinomial} from './exact-multinomial.ts';
export {detectableSkew, wilsonInterval} from './share.ts';
export {testDistribution} from './test-distribution.ts';
