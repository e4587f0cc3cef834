import {KIADA_VERSION, type KiadaConfig} from './config.ts';
import type {Question} from './upstream.ts';

/** What Kiada tells about one request, in JSON as it stands here. */
export interface KiadaReport {
  readonly quote: string;
  readonly question: Question;
  readonly pod: string;
  readonly node: string;
  readonly podIP: string;
  readonly nodeIP: string;
  readonly clientIP: string;
  readonly hostname: string;
  readonly version: string;
  readonly status: string;
}

/** Joins what Kiada knows of itself with what the others said. */
export function kiadaReport(
  config: KiadaConfig,
  request: {quote: string; question: Question; clientIP: string; status: string},
): KiadaReport {
  const {pod, node, podIP, nodeIP, hostname} = config;
  const {quote, question, clientIP, status} = request;
  return {quote, question, pod, node, podIP, nodeIP, clientIP, hostname, version: KIADA_VERSION, status};
}

/** The report for a text terminal. */
export function renderText(report: KiadaReport): string {
  const {question} = report;
  const answers = question.answers.map((answer, index) => `  ${index}) ${answer}`);
  const how =
    question.id === null
      ? []
      : ['', `Answer with: POST /proxy/quiz/questions/${question.id}/answers`, `  {"questionId": ${question.id}, "answerIndex": 0}`];
  return [
    `KIADA ${report.version}, a Kubernetes demo application`,
    '',
    '==== QUOTE OF THE MINUTE',
    report.quote,
    '',
    '==== POP QUIZ',
    question.text,
    ...answers,
    ...how,
    '',
    '==== WHO ANSWERED',
    `Kiada ${report.version} in pod "${report.pod}" on node "${report.node}"`,
    `Pod hostname: ${report.hostname}; Pod IP: ${report.podIP}; Node IP: ${report.nodeIP}; Client IP: ${report.clientIP}`,
    ...(report.status === '' ? [] : [report.status]),
    '',
    'The same as a page: /html   as JSON: /json',
    '',
  ].join('\n');
}
