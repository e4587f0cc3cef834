export {chiSquareQuantile, chiSquareStatistic, chiSquareTail, neededNoncentrality, noncentralTail} from './chi-square.ts';
export {exactMultinomial} from './exact-multinomial.ts';
export {detectableSkew, wilsonInterval} from './share.ts';
export {type DistributionQuestion, testDistribution} from './test-distribution.ts';
