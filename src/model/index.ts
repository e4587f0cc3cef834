export type * from './cluster-view.ts';
export type * from './demo.ts';
export type * from './dns.ts';
export type * from './dns-results.ts';
export type * from './endpoint.ts';
export type * from './finding.ts';
/** @internal Images and programs need Node's types; the library's declarations do without them. */
export type * from './image.ts';
export type * from './kubernetes.ts';
export type * from './load-live.ts';
export type * from './load-results.ts';
export type * from './network.ts';
export type * from './node.ts';
export type * from './observation.ts';
export type * from './pod.ts';
export type * from './probe-results.ts';
/** @internal */
export type * from './program.ts';
export type * from './results.ts';
export type * from './route.ts';
export type * from './service.ts';
