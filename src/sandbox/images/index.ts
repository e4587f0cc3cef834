export {builtinImages} from './catalogue.ts';
