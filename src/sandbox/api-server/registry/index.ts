export {type ApiOptions, createApi} from './create-api.ts';
export type {Registry, Removed, RemoveOptions, Subresource, WriteOptions, Written} from './types.ts';
