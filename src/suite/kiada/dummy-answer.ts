import {readBody} from '../../program/index.ts';
import {respondJSON} from '../respond.ts';
import {judgeDummyAnswer} from './dummy.ts';
import type {KiadaRequest} from './request.ts';

/** The reply to an answer to the dummy question; a body that says no index counts as index 0. */
export async function answerDummy({request, response}: KiadaRequest): Promise<void> {
  const body = await readBody(request, 64 * 1024);
  respondJSON(response, 200, judgeDummyAnswer(answerIndexOf(body?.toString('utf8') ?? '')));
}

function answerIndexOf(text: string): number {
  try {
    const index = (JSON.parse(text) as {answerIndex?: unknown} | null)?.answerIndex;
    return typeof index === 'number' ? index : 0;
  } catch {
    return 0; // a GET has no body, and the dummy takes any answer
  }
}
