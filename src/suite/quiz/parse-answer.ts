import type {QuizQuestion} from './store.ts';

/** The index of the chosen answer out of a request's body, or a sentence that says what is wrong with it. */
export function parseAnswer(body: Buffer | null, question: QuizQuestion): {readonly answerIndex: number} | string {
  if (body === null) return 'the answer is too long';
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    return 'the answer is not JSON; it should read {"questionId": 1, "answerIndex": 0}';
  }
  if (typeof value !== 'object' || value === null) return 'the answer is not a JSON object';
  const {questionId, answerIndex} = value as {questionId?: unknown; answerIndex?: unknown};
  if (questionId !== undefined && questionId !== question.id)
    return `questionId ${String(questionId)} is not the ${question.id} of the path`;
  if (typeof answerIndex !== 'number' || !Number.isInteger(answerIndex)) return 'answerIndex is missing or not an integer';
  if (answerIndex < 0 || answerIndex >= question.answers.length)
    return `answerIndex ${answerIndex} is not one of 0 to ${question.answers.length - 1}`;
  return {answerIndex};
}
