import {dirname} from 'node:path/posix';
import type {Program, ProgramContext} from '../../model/index.ts';
import {serveUntilTerminated} from '../../program/index.ts';
import {type ProgramLog, programLog} from '../program-log.ts';
import {type QuizConfig, readQuizConfig} from './config.ts';
import {quizHandler} from './handler.ts';
import {mongoStore} from './mongo-store.ts';
import {openSqliteStore} from './sqlite-store.ts';
import type {QuizStore} from './store.ts';

const GRACE_MS = 20_000;

/** Quiz: gives questions and takes answers over HTTP, and keeps both in its database. */
export const quizApi: Program = async (context) => {
  const config = readQuizConfig(context);
  if (typeof config === 'string') {
    context.stderr(`quiz-api: ${config}\n`);
    return 2;
  }
  const log = programLog(context);
  log('Quiz API Server starting...');
  const store = openStore(context, config);
  if (typeof store === 'string') {
    context.stderr(`quiz-api: ${store}\n`);
    return 1;
  }
  try {
    return await serve(context, config, store, log);
  } finally {
    store.close();
  }
};

async function serve(context: ProgramContext, config: QuizConfig, store: QuizStore, log: ProgramLog): Promise<number> {
  log(`Database: ${store.description}`);
  const plan = {port: config.port, ...(config.host === null ? {} : {host: config.host}), log, graceMs: GRACE_MS};
  return serveUntilTerminated(context, plan, quizHandler(config.pod, store, log));
}

function openStore(context: ProgramContext, {database}: QuizConfig): QuizStore | string {
  if (database.kind === 'mongodb') return mongoStore(context.network, database.address);
  try {
    if (!context.files.exists(dirname(database.path))) context.files.makeDirectory(dirname(database.path));
    const file = context.files.hostPath(database.path);
    return file === null ? `QUIZ_DATABASE must lie on a writable volume: ${database.path}` : openSqliteStore(file);
  } catch (error) {
    return `cannot open ${database.path}: ${(error as Error).message}`;
  }
}
