import type {Finding} from '../model/index.ts';
import {paintOf} from './paint.ts';
import {plainText} from './safe-text.ts';
import {wrap} from './wrap.ts';

export interface FindingStyle {
  readonly width: number;
  readonly color: boolean;
}

/** A finding as its sentence, its evidence and what to do. */
export function renderFindings(findings: readonly Finding[], style: FindingStyle): readonly string[] {
  const paint = paintOf(style.color);
  const marks = {error: paint.bad('✗'), warning: paint.warn('!'), info: paint.dim('i')};
  return findings.map((finding) => {
    const possible = finding.certainty === 'possible' ? 'possible: ' : '';
    const message = wrap(plainText(`${finding.code} ${possible}${finding.message}`), style.width, '    ').trimStart();
    const evidence = finding.evidence.map((line) => wrap(plainText(line), style.width, '      '));
    return [`  ${marks[finding.severity]} ${message}`, ...evidence, remedyText(finding, style.width)].join('\n');
  });
}

/** A command stays on one line, however long: it is there to be pasted. */
function remedyText(finding: Finding, width: number): string {
  const text = plainText(finding.remedy);
  const command = text.indexOf('kubectl ');
  if (command < 0 || text.length + 11 <= width) return wrap(`fix: ${text}`, width, '      ');
  const words = text.slice(0, command).trim();
  const lead = words === '' ? '      fix:' : wrap(`fix: ${words}`, width, '      ');
  return `${lead}\n        ${text.slice(command)}`;
}
