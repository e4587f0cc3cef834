export {encodeMessage, readMongoMessages} from './message.ts';
