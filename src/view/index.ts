export {updateView, viewOf} from './view.ts';
