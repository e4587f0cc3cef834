import {QUIZ_QUESTIONS} from './questions.ts';

/** The questions as a script that MongoDB's image runs when its database is empty. */
export function questionsScript(): string {
  return `db.getSiblingDB("kiada").questions.insertMany(\n${JSON.stringify(QUIZ_QUESTIONS, null, 2)}\n);\n`;
}
