export {quoteWriter} from './quote-writer.ts';
