import type {ObjectRef} from './kubernetes.ts';

export type Severity = 'error' | 'warning' | 'info';

/** One diagnosed condition. */
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly certainty: 'proven' | 'possible';
  readonly object: ObjectRef;
  readonly field: string | null;
  readonly message: string;
  readonly evidence: readonly string[];
  readonly remedy: string;
  readonly docs: string;
}

/** What could not be checked. */
export interface Unknown {
  readonly what: string;
  readonly why: string;
}
