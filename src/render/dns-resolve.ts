import type {DnsRecord, DnsResolveResult} from '../model/index.ts';
import {type Paint, paintOf} from './paint.ts';
import {plainText} from './safe-text.ts';
import {wrap} from './wrap.ts';

/** Step by step: the resolver's settings, each query with its answer, and whether the objects predict the same. */
export function renderResolve(result: DnsResolveResult, style: {readonly width: number; readonly color: boolean}): string {
  const paint = paintOf(style.color);
  const {resolver} = result;
  const unanswered = result.observed === null && result.answers.length > 0;
  const told = result.observed ?? result.predicted;
  return [
    `${paint.strong(plainText(result.name))} ${result.type} from ${plainText(result.from)}: ${unanswered ? paint.bad('no answer') : answerText(told, paint)}`,
    ...(unanswered ? [] : told.records).map((record) => wrap(recordText(record), style.width, '  ', '      ')),
    '',
    paint.strong('Resolver'),
    `  nameserver ${plainText(resolver.nameservers.join(' ')) || '(none)'}`,
    wrap(plainText(`search ${resolver.search.join(' ') || '(none)'}`), style.width, '  '),
    `  options ${plainText(resolver.options.join(' ')) || '(none)'}`,
    ...foundLines(result, paint, style),
    '',
    paint.strong(`Queries${unanswered ? ', as predicted' : ''} (${result.steps.length})`),
    ...result.steps.map((step, index) =>
      wrap(
        plainText(`${index + 1}. ${step.query} ${step.type}  ${stepText(step.rcode, step.records.length)}`),
        style.width,
        '  ',
        '      ',
      ),
    ),
    '',
    ...verdictLines(result, paint, style),
  ].join('\n');
}

/** The data of the answer alone, like `dig +short`. */
export function renderShort(result: DnsResolveResult): string {
  return (result.observed ?? result.predicted).records.map((record) => plainText(record.data)).join('\n');
}

/** 1 where something is not as predicted, 3 for a name that does not exist, 4 where nobody answered or nothing can be predicted. */
export function resolveExitCode(result: DnsResolveResult): number {
  if (result.agree === false) return 1;
  if (result.observed === null && result.answers.length > 0) return 4;
  const {rcode} = result.observed ?? result.predicted;
  if (rcode === 'NXDOMAIN') return 3;
  return rcode === 'NOERROR' ? 0 : 4;
}

/** Whether the resolver is as the pod's spec asks for, where somebody looked. */
function foundLines({found}: DnsResolveResult, paint: Paint, {width}: {readonly width: number}): readonly string[] {
  if (found === null) return [];
  const at = plainText(found.at);
  if (found.predicted === null) return [`  found at ${at}`];
  if (found.differences.length === 0) return [wrap(`found at ${at}, as its spec asks for`, width, '  ')];
  return [
    paint.bad(wrap(`found at ${at}, and not as its spec asks for:`, width, '  ')),
    ...found.differences.map((difference) => wrap(plainText(difference), width, '    ', '        ')),
  ];
}

function recordText(record: DnsRecord): string {
  return plainText(`${record.name} ${record.ttl} IN ${record.type} ${record.data}`);
}

function stepText(rcode: string, records: number): string {
  if (rcode === 'UNKNOWN') return 'outside the cluster: cannot be predicted';
  return rcode === 'NOERROR' && records === 0 ? 'NOERROR, no data' : rcode;
}

function answerText(told: {readonly rcode: string; readonly records: readonly DnsRecord[]}, paint: Paint): string {
  if (told.rcode === 'NXDOMAIN') return paint.bad('the name does not exist (NXDOMAIN)');
  if (told.rcode !== 'NOERROR') return paint.bad(stepText(told.rcode, 0));
  return told.records.length === 0
    ? paint.warn('the name exists, but not with this type (no data)')
    : paint.good(`${told.records.length} record${told.records.length === 1 ? '' : 's'}`);
}

function verdictLines(result: DnsResolveResult, paint: Paint, style: {readonly width: number}): readonly string[] {
  if (result.answers.length === 0) return ['predicted from the objects; no server was asked'];
  const silent = result.answers
    .filter(({problem}) => problem !== null)
    .map(({problem}) => paint.warn(wrap(plainText(problem ?? ''), style.width, '')));
  const heard = result.answers.filter(({rcode}) => rcode !== null);
  if (result.observed === null) return [...silent, ...predictionLines(result, style)];
  const servers = plainText(heard.map(({server}) => server).join(', ') || result.observed.server);
  if (heard.every(({agree}) => agree === null))
    return [wrap(`answered by ${servers}; the objects say nothing about this name`, style.width, ''), ...silent];
  if (heard.every(({agree}) => agree))
    return [paint.good(wrap(`answered by ${servers}, as the objects predict`, style.width, '')), ...silent];
  const differing = heard.filter(({agree}) => agree === false);
  const right = heard.filter(({agree}) => agree === true).map(({server}) => plainText(`${server} answers as the objects predict`));
  return [
    ...differing.flatMap(({server, rcode, records}) => [
      paint.bad(`${plainText(server)} answers otherwise than the objects predict`),
      `  answered ${stepText(rcode ?? '', records.length)}`,
      ...records.map((record) => wrap(recordText(record), style.width, '    ', '        ')),
    ]),
    ...predictionLines(result, style),
    ...right,
    ...silent,
  ];
}

function predictionLines({predicted}: DnsResolveResult, style: {readonly width: number}): readonly string[] {
  return [
    `  predicted ${stepText(predicted.rcode, predicted.records.length)}`,
    ...predicted.records.map((record) => wrap(recordText(record), style.width, '    ', '        ')),
  ];
}
