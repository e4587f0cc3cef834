import type {IncomingHttpHeaders} from 'node:http';
import type {ProgramNetwork} from '../../model/index.ts';
import {type HttpCall, requestHttp} from '../../program/index.ts';
import type {KiadaConfig} from './config.ts';

/** What came of a call to Quote or Quiz. */
export type UpstreamResult =
  | {readonly ok: true; readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Buffer}
  | {readonly ok: false; readonly reason: string};

/** A question as Quiz gives it. */
export interface Question {
  readonly id: number | null;
  readonly text: string;
  readonly answers: readonly string[];
}

export type Upstream = ReturnType<typeof upstreamOf>;

/** Kiada's calls to the other two services. They never reject: a failure is a reason in words. */
export function upstreamOf(network: ProgramNetwork, config: KiadaConfig) {
  const call = async (request: Omit<HttpCall, 'timeoutMs'>): Promise<UpstreamResult> => {
    try {
      return {ok: true, ...(await requestHttp(network, {...request, timeoutMs: config.upstreamTimeoutMs}))};
    } catch (error) {
      return {ok: false, reason: reasonOf(error, request.url)};
    }
  };
  return {
    /** The present quote as text, or `ERROR: …`. */
    async quote(): Promise<string> {
      const result = textOf(await call({url: config.quoteURL}), config.quoteURL);
      return result.ok ? result.text.trim() : `ERROR: ${result.reason}`;
    },
    /** A random question; one whose text is `ERROR: …` where there is none to be had. */
    async question(): Promise<Question> {
      const url = `${config.quizURL}/questions/random`;
      const result = textOf(await call({url}), url);
      if (!result.ok) return {id: null, text: `ERROR: ${result.reason}`, answers: []};
      return parseQuestion(result.text) ?? {id: null, text: `ERROR: ${url} answered with something that is no question`, answers: []};
    },
    /** Passes a call on to Quote (path empty) or Quiz. */
    quoteRaw: () => call({url: config.quoteURL}),
    quiz: (path: string, request: Omit<HttpCall, 'url' | 'timeoutMs'>) => call({...request, url: config.quizURL + path}),
  };
}

type TextResult = {readonly ok: true; readonly text: string} | {readonly ok: false; readonly reason: string};

/** A body of a 2xx answer; any other status is a failure. */
export function textOf(result: UpstreamResult, url: string): TextResult {
  if (!result.ok) return result;
  if (result.status < 200 || result.status > 299) return {ok: false, reason: `${url} answered ${result.status}`};
  return {ok: true, text: result.body.toString('utf8')};
}

function parseQuestion(text: string): Question | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('text' in value)) return null;
    const {id, answers} = value as {id?: unknown; answers?: unknown};
    return {
      id: typeof id === 'number' ? id : null,
      text: String(value.text),
      answers: Array.isArray(answers) ? answers.map(answerText) : [],
    };
  } catch {
    return null; // not JSON: the caller says that it is no question
  }
}

/** Answers are strings; older ones were objects with a text. */
function answerText(answer: unknown): string {
  return typeof answer === 'object' && answer !== null && 'text' in answer ? String(answer.text) : String(answer);
}

function reasonOf(error: unknown, url: string): string {
  const {code, message} = error as {code?: string; message?: string};
  const where = URL.parse(url)?.host ?? url;
  if (code === 'ECONNREFUSED') return `connection to ${where} refused`;
  if (code === 'ENOTFOUND') return `the name of ${where} does not resolve`;
  if (code === 'ETIMEDOUT') return `${where} did not answer in time`;
  return `${where}: ${message ?? String(error)}`;
}
