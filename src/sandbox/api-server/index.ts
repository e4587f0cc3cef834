export {type ApiOptions, createApi, type Registry} from './registry/index.ts';
export {openStore, type Store, type StoreOptions} from './store/index.ts';
