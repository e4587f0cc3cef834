export {cutNode} from './cut-node.ts';
export {cutPod} from './cut-pod.ts';
export {cutService} from './cut-service.ts';
export {cutSlice} from './cut-slice.ts';
export {type Json, list, number, record, text, textMap, texts} from './read.ts';
export {updateView, viewOf} from './view.ts';
