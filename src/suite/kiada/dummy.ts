/** What Kiada answers on its own /dummy pages: the quote and question of a Kiada that was given no Services to ask. */
export const DUMMY_QUOTE = 'A Service is a promise; its endpoints are who keeps it today.';

export const DUMMY_QUESTION = {
  id: 0,
  text: 'How is kubectl pronounced?',
  correctAnswerIndex: 4,
  answers: ['Cube control', 'Cube C T L', 'Cube cuddle', 'Cube E C T L', 'However the person beside you does'],
} as const;

/** The reply to an answer, whichever was given. */
export function judgeDummyAnswer(answerIndex: number): object {
  const {id, correctAnswerIndex} = DUMMY_QUESTION;
  return {questionId: id, answerIndex, correctAnswerIndex, correct: answerIndex === correctAnswerIndex};
}
