import type {IncomingMessage, RequestListener, ServerResponse} from 'node:http';
import {readBody} from '../../program/index.ts';
import type {ProgramLog} from '../program-log.ts';
import {nameParties, respond, respondJSON} from '../respond.ts';
import {parseAnswer} from './parse-answer.ts';
import type {QuizAnswer, QuizStore} from './store.ts';

const PLAIN = 'text/plain; charset=utf-8';

interface QuizRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly id: string;
  readonly store: QuizStore;
  readonly log: ProgramLog;
  readonly pod: string;
}

interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  readonly answer: (quiz: QuizRequest) => Promise<void> | void;
}

const ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: /^\/$/,
    answer: ({response, pod}) => respond(response, 200, PLAIN, `This is the quiz service running in pod ${pod}\n`),
  },
  {method: 'GET', path: /^\/healthz\/ready$/, answer: sendReadiness},
  {method: 'GET', path: /^\/questions\/(\d{1,15}|random)$/, answer: sendQuestion},
  {method: 'POST', path: /^\/questions\/(\d{1,15})\/answers$/, answer: takeAnswer},
  {method: 'GET', path: /^\/questions\/(\d{1,15})\/stats$/, answer: sendStats},
  {method: 'GET', path: /^\/stats$/, answer: sendStats},
];

/** Quiz's answers. Each names its pod and its client in headers; a database that does not answer gives 503, never a crash. */
export function quizHandler(pod: string, store: QuizStore, log: ProgramLog): RequestListener {
  return (request, response) => {
    nameParties(request, response, pod);
    const path = (request.url ?? '/').replace(/[?#].*$/, '');
    const routes = ROUTES.filter((route) => route.path.test(path));
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const route = routes.find((candidate) => candidate.method === method);
    if (routes.length === 0) return respond(response, 404, PLAIN, `ERROR: ${path} not found\n`);
    if (route === undefined) {
      response.setHeader('Allow', routes.map((candidate) => candidate.method).join(', '));
      return respond(response, 405, PLAIN, `ERROR: ${request.method} is not supported here\n`);
    }
    const quiz = {request, response, id: route.path.exec(path)?.[1] ?? '', store, log, pod};
    Promise.resolve(route.answer(quiz)).catch((error: Error) => {
      log(`ERROR: ${request.method} ${path}: ${error.message}`);
      if (response.headersSent) response.destroy();
      else respond(response, 503, PLAIN, `ERROR: ${error.message}\n`);
    });
  };
}

async function sendReadiness({response, store}: QuizRequest): Promise<void> {
  await store.ping();
  respond(response, 200, PLAIN, 'Ready\n');
}

async function sendQuestion({response, store, log, id}: QuizRequest): Promise<void> {
  log(`Received request for question ${id}`);
  const question = id === 'random' ? await store.randomQuestion() : await store.question(Number(id));
  if (question === null) respond(response, 404, PLAIN, `ERROR: Question ${id} not found\n`);
  else respondJSON(response, 200, question);
}

async function takeAnswer({request, response, store, log, id}: QuizRequest): Promise<void> {
  const questionId = Number(id);
  log(`Received answer to question ${questionId}`);
  const question = await store.question(questionId);
  if (question === null) return respond(response, 404, PLAIN, `ERROR: Question ${questionId} not found\n`);
  const parsed = parseAnswer(await readBody(request, 64 * 1024), question);
  if (typeof parsed === 'string') return respond(response, 400, PLAIN, `ERROR: ${parsed}\n`);
  const {correctAnswerIndex} = question;
  const {answerIndex} = parsed;
  const answer: QuizAnswer = {
    timestamp: new Date().toISOString(),
    questionId,
    answerIndex,
    correctAnswerIndex,
    correct: answerIndex === correctAnswerIndex,
  };
  await store.insertAnswer(answer);
  respondJSON(response, 200, answer);
}

async function sendStats({response, store, pod, id}: QuizRequest): Promise<void> {
  const questionId = id === '' ? null : Number(id);
  const stats = await store.stats(questionId);
  if (questionId !== null && stats.questions === 0) return respond(response, 404, PLAIN, `ERROR: Question ${id} not found\n`);
  respondJSON(response, 200, {...stats, pod});
}
