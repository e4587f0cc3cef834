import type {FindingExplanation} from '../model/index.ts';
import {RULES} from './catalogue.ts';
import {docsOf} from './check.ts';

/** All codes in order. */
export function codes(): readonly string[] {
  return RULES.map((rule) => rule.code);
}

/** The catalogue's entry for a code in any case of letters, or null for one that does not exist. */
export function explainCode(code: string): FindingExplanation | null {
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
    probe: rule.observes === true,
    docs: docsOf(rule.code),
  };
}
