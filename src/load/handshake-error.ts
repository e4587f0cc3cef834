import {failureDetail} from './failure-kind.ts';
import type {DialedLoad} from './plan.ts';

/** A connection came about, but what was to be agreed upon over it did not. */
export class HandshakeError extends Error {
  readonly code: string;
  readonly dialed: DialedLoad;
  constructor(cause: Error, dialed: DialedLoad) {
    super(failureDetail(cause), {cause});
    this.name = 'HandshakeError';
    this.code = 'code' in cause ? String(cause.code) : '';
    this.dialed = dialed;
  }
}
