export {cutNode} from './cut-node.ts';
export {cutPod} from './cut-pod.ts';
export {type Json, list, number, record, text, textMap, texts} from './read.ts';
export {updateView, viewOf} from './view.ts';
