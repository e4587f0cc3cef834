export {type Applied, type ApplyOptions, applyServerSide} from './apply.ts';
export {jsonMergePatch} from './json-merge-patch.ts';
export {strategicMerge} from './strategic-merge.ts';
export {managerOf, trackUpdate, type WriteOptions} from './track-update.ts';
export {typedProblems} from './typed-problems.ts';
