import type {Program} from '../../model/index.ts';
import {questionsScript} from './questions-script.ts';

const FOLDER = '/initdb.d';

/** The init container of a Quiz with MongoDB: puts the script with the questions where the mongo image finds it (`/initdb.d` is the shared volume). */
export const installQuestions: Program = async (context) => {
  const target = `${FOLDER}/insert-questions.js`;
  try {
    context.files.write(target, questionsScript());
    context.stdout(`Successfully copied insert-questions.js to ${FOLDER}\n`);
    return 0;
  } catch (error) {
    context.stderr(`Cannot write ${target}: ${(error as Error).message}\n`);
    return 1;
  }
};
