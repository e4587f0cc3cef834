export {admit, applyDefaults} from './admit.ts';
export {type AllocatorOptions, createAllocators, type ServiceAllocators} from './allocators.ts';
export type {AdmissionContext, AdmissionOperation, AdmissionRequest, Admitted} from './types.ts';
