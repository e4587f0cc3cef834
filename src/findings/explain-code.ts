import type {Severity} from '../model/index.ts';
import {RULES} from './catalogue.ts';
import {docsOf} from './check.ts';

/** What the catalogue says about one code. */
export interface Explanation {
  readonly code: string;
  readonly name: string;
  /** The worst that a finding of this code may be. */
  readonly severity: Severity;
  readonly certainty: 'proven' | 'possible';
  /** Given only when asked for (`--min-severity info`). */
  readonly advice: boolean;
  readonly summary: string;
  readonly why: string;
  readonly remedy: string;
  /** What must have been read for it, beside Services. */
  readonly needs: readonly string[];
  /** Whether manifests can be checked for it before they are applied. */
  readonly manifests: boolean;
  readonly docs: string;
}

/** All codes in order. */
export function codes(): readonly string[] {
  return RULES.map((rule) => rule.code);
}

/** The catalogue's entry for a code in any case of letters, or null for one that does not exist. */
export function explainCode(code: string): Explanation | null {
  const rule = RULES.find((candidate) => candidate.code === code.toUpperCase());
  if (rule === undefined) return null;
  const {name, severity, certainty, summary, why, remedy, needs, live} = rule;
  return {
    code: rule.code,
    name,
    severity,
    certainty,
    advice: rule.advice === true,
    summary,
    why,
    remedy,
    needs,
    manifests: !live,
    docs: docsOf(rule.code),
  };
}
