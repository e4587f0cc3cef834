import type {ExplainResult, Finding, FindingExplanation, ServiceCheckResult, Severity} from '../model/index.ts';
import {type FindingStyle, renderFindings} from './findings.ts';
import {paintOf} from './paint.ts';
import {plainText} from './safe-text.ts';
import {table} from './table.ts';
import {wrap} from './wrap.ts';

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

/** 1 where anything is wrong for certain. */
export function checkExitCode(result: ServiceCheckResult): number {
  return result.findings.some((finding) => finding.severity === 'error') ? 1 : 0;
}

const FOR_A_CLUSTER = 'Nothing was asked of a cluster: make such changes in the files. The commands are for what was applied before.';

/** The verdict in one line, then the findings by object, worst object first, then what was not checked. */
export function renderCheck(result: ServiceCheckResult, style: FindingStyle & {readonly manifests?: boolean}): string {
  const paint = paintOf(style.color);
  const objects = byObject(result.findings).map(
    ([name, findings]) => `${paint.strong(plainText(name))}\n${renderFindings(findings, style).join('\n')}`,
  );
  const unknown = result.unknown.map(({what, why}) => wrap(plainText(`${what}: ${why}`), style.width, '  '));
  const commands = style.manifests && result.findings.some(({remedy}) => remedy.includes('kubectl '));
  const sections = [
    verdict(result),
    ...objects,
    ...(commands ? [wrap(FOR_A_CLUSTER, style.width, '')] : []),
    ...(unknown.length === 0 ? [] : [`${paint.strong('Not checked')}\n${unknown.join('\n')}`]),
  ];
  return sections.join('\n\n');
}

function verdict({checked, findings, unknown}: ServiceCheckResult): string {
  const services = `${checked} Service${checked === 1 ? '' : 's'} checked`;
  const counts = SEVERITIES.flatMap((severity) => {
    const number = findings.filter((finding) => finding.severity === severity).length;
    return number === 0 ? [] : `${number} ${severity}${number > 1 && severity !== 'info' ? 's' : ''}`;
  });
  const rest = unknown.length > 0 ? `; not all could be checked` : '';
  return `${services}: ${counts.length === 0 ? 'nothing found' : counts.join(', ')}${rest}`;
}

function byObject(findings: readonly Finding[]): readonly (readonly [string, readonly Finding[]])[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const {kind, namespace, name} = finding.object;
    const title = `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;
    groups.set(title, [...(groups.get(title) ?? []), finding]);
  }
  return [...groups];
}

/** One code in full. */
export function renderExplanation(result: ExplainResult, style: FindingStyle): string {
  return result.codes.map((entry) => explanation(entry, style)).join('\n\n');
}

function explanation(entry: FindingExplanation, style: FindingStyle): string {
  const paint = paintOf(style.color);
  const part = (title: string, text: string) => `${paint.strong(title)}\n${wrap(text, Math.min(style.width, 100), '  ')}`;
  return [
    `${paint.strong(`${entry.code} ${entry.name}`)}   ${entry.severity}, ${entry.certainty}${entry.advice ? ', advice' : ''}`,
    wrap(entry.summary, Math.min(style.width, 100), '  '),
    part('Why', entry.why),
    part('What to do', entry.remedy),
    part('Checked', checkedWhere(entry)),
  ].join('\n\n');
}

function checkedWhere({needs, manifests, advice, probe}: FindingExplanation): string {
  const objects = manifests ? 'In clusters, snapshots and manifests' : 'In clusters and snapshots';
  const where = probe ? 'In running clusters, by traffic (svc describe --probe, probe)' : objects;
  const reads = needs.length === 0 ? '' : `; needs the right to list ${needs.join(', ')}`;
  return `${where}${reads}.${advice ? ' Only with --min-severity info.' : ''}`;
}

/** All codes, a line each. */
export function renderCatalogue(result: ExplainResult, style: FindingStyle): string {
  const rows = result.codes.map(({code, severity, name, summary}) => [code, severity, name, summary]);
  return table([{head: 'CODE'}, {head: 'SEVERITY'}, {head: 'NAME'}, {head: 'SUMMARY', drop: 1}], rows, {width: style.width});
}
