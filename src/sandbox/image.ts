export type {Image} from '../model/index.ts';
