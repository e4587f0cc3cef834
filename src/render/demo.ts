import type {DemoStep} from '../model/index.ts';
import {renderLoad} from './load.ts';
import {type Paint, paintOf} from './paint.ts';
import {renderProbe} from './probe.ts';
import {plainText} from './safe-text.ts';
import {renderServiceList} from './service-list.ts';
import {wrap} from './wrap.ts';

interface DemoStyle {
  readonly width: number;
  readonly color: boolean;
}

/** One step of the demonstration, with a heading that says what is to be seen. */
export function renderDemoStep(step: DemoStep, style: DemoStyle): string {
  const paint = paintOf(style.color);
  const narrow = {...style, width: Math.min(style.width, 80)};
  switch (step.kind) {
    case 'sandbox':
      return heading(
        step.started ? `A cluster in ${(step.tookMs / 1000).toFixed(1)} s` : 'A cluster (it was up already)',
        `context ${step.status.context}, ${step.status.nodes.length} nodes: ${step.status.nodes.map((node) => `${node.name} (${node.zone})`).join(', ')}`,
        paint,
        narrow,
      );
    case 'cluster':
      return heading(
        `The cluster of context ${step.context}`,
        `namespace ${step.namespace}, ${step.nodes.length} nodes: ${step.nodes.map(({name, zone}) => (zone === null ? name : `${name} (${zone})`)).join(', ')}`,
        paint,
        narrow,
      );
    case 'skipped':
      return heading(`Left out: ${step.what}`, step.why, paint, narrow);
    case 'applied':
      return heading(
        `The Kiada suite in ${(step.tookMs / 1000).toFixed(1)} s`,
        `${step.result.objects.length} objects: Kiada asks the Services quote and quiz, and puts their answers into its own. All pods are ready.`,
        paint,
        narrow,
      );
    case 'services':
      return `${heading('Its Services', 'where each is, and how many endpoints answer', paint, narrow)}\n${indent(renderServiceList(step.result, {...narrow, width: narrow.width - 2}))}`;
    case 'resolved':
      return `${heading('How names resolve', 'as pod kiada-001 asks; predicted from the objects, answered by the cluster', paint, narrow)}\n${step.results.map((result) => resolved(result, paint, narrow)).join('\n')}`;
    case 'probed':
      return `${heading('Who is healthy', "each endpoint's own readiness probe, held against the API's word", paint, narrow)}\n${indent(renderProbe(step.result, {...narrow, width: narrow.width - 2}))}`;
    case 'answered':
      return answered(step, paint, narrow);
    case 'loaded':
      return `${heading(`Load through ${step.result.runs[0]?.via ?? ''}`, 'a new connection for each request: where they should go, where they went', paint, narrow)}\n${indent(renderLoad(step.result, {...narrow, width: narrow.width - 2}))}`;
    case 'end':
      return ending(step, paint);
  }
}

function heading(title: string, text: string, paint: Paint, style: DemoStyle): string {
  return `\n${paint.strong(title)}\n${wrap(plainText(text), style.width, '  ')}`;
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : `  ${line}`))
    .join('\n');
}

function resolved(result: Extract<DemoStep, {kind: 'resolved'}>['results'][number], paint: Paint, style: DemoStyle): string {
  const told = result.observed ?? result.predicted;
  const data = told.records.map((record) => record.data).join(', ') || told.rcode;
  const said = result.agree === true ? 'as predicted' : 'not as predicted';
  const count = `${result.steps.length} ${result.steps.length === 1 ? 'query' : 'queries'}`;
  const answer = `${plainText(result.name)} ${result.type} -> ${plainText(data)}`;
  const fits = `  ${answer}  (${count}, ${said})`.length <= style.width;
  const mark = result.agree === true ? paint.good(said) : paint.bad(said);
  return `${wrap(answer, style.width, '  ')}${fits ? '  ' : '\n    '}(${count}, ${mark})`;
}

function answered(step: Extract<DemoStep, {kind: 'answered'}>, paint: Paint, style: DemoStyle): string {
  const {quote, question, pod, node, clientIP} = step.reply;
  const lines = [`quote     ${quote}`, `question  ${question}`, `from      pod ${pod} on ${node}; it saw the client as ${clientIP}`];
  return `${heading('One answer out of three Services', step.url, paint, style)}\n${lines.map((line) => wrap(plainText(line), style.width, '  ')).join('\n')}`;
}

function ending(step: Extract<DemoStep, {kind: 'end'}>, paint: Paint): string {
  if (!step.agreed)
    return `\n${paint.bad('Not all of it agreed:')}\n${step.problems.map((problem) => `  ${plainText(problem)}`).join('\n')}`;
  const lines = step.sandbox ? NEXT_IN_SANDBOX : nextIn(step.namespace);
  const next = step.kept
    ? `\n\n${paint.strong('Try next')}\n${lines.map((line) => `  ${line}`).join('\n')}`
    : '\nIt was all taken away again (--keep leaves it).';
  return `\n${paint.good('All of it agreed: predicted and observed are the same.')}${next}`;
}

const NEXT_IN_SANDBOX = [
  'kiada svc describe kiada           one page: how to reach it, who answers',
  'kiada svc route kiada --matrix     every node against every endpoint',
  'kiada apply kiada-nodeport-local   the same with externalTrafficPolicy Local',
  'kiada endpoints watch quote        then: kubectl label pod quote-001 app-',
  'curl http://127.0.0.1:30080/       Kiada itself',
  'kiada sandbox delete               when you are done',
];

function nextIn(namespace: string): readonly string[] {
  return [
    `kiada svc describe kiada -n ${namespace}`,
    `kiada svc route kiada -n ${namespace} --matrix`,
    `kiada endpoints watch quote -n ${namespace}`,
    `kiada forward kiada 8080:80 -n ${namespace}`,
    `kiada delete suite -n ${namespace}`,
  ];
}
