import type {Finding} from '../model/index.ts';
import {paintOf} from './paint.ts';
import {plainText} from './safe-text.ts';
import {wrap} from './wrap.ts';

/** A finding as its sentence, its evidence and what to do, most severe first. */
export function renderFindings(findings: readonly Finding[], style: {readonly width: number; readonly color: boolean}): readonly string[] {
  const paint = paintOf(style.color);
  const marks = {error: paint.bad('✗'), warning: paint.warn('!'), info: paint.dim('i')};
  return findings.map((finding) => {
    const possible = finding.certainty === 'possible' ? 'possible: ' : '';
    const message = wrap(plainText(`${finding.code} ${possible}${finding.message}`), style.width, '    ').trimStart();
    const evidence = finding.evidence.map((line) => wrap(plainText(line), style.width, '      '));
    return [`  ${marks[finding.severity]} ${message}`, ...evidence, wrap(plainText(`fix: ${finding.remedy}`), style.width, '      ')].join(
      '\n',
    );
  });
}
