export {decodeMessage, encodeMessage, type MongoMessage, readMongoMessages} from './message.ts';
