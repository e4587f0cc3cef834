export {parseFieldSelector} from './field-selector.ts';
export {type Matches, parseLabelSelector} from './label-selector.ts';
