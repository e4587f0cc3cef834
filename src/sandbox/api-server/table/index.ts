export {type TableOptions, tableOf} from './table.ts';
