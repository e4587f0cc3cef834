export {byteOrder} from './collection.ts';
export type {RecordedChange} from './event-window.ts';
export {openStore, type Store, type StoreOptions} from './store.ts';
