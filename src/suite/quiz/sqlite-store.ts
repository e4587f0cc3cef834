import {DatabaseSync} from 'node:sqlite';
import {QUIZ_QUESTIONS} from './questions.ts';
import type {QuizQuestion, QuizStore} from './store.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS questions (id INTEGER PRIMARY KEY, text TEXT NOT NULL, correctAnswerIndex INTEGER NOT NULL, answers TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS responses (id INTEGER PRIMARY KEY, timestamp TEXT NOT NULL, questionId INTEGER NOT NULL,
    answerIndex INTEGER NOT NULL, correctAnswerIndex INTEGER NOT NULL, correct INTEGER NOT NULL);
  CREATE INDEX IF NOT EXISTS responsesOfQuestion ON responses (questionId, correct);
`;

/** Quiz's store in one SQLite file. An empty one is filled with our own questions. Throws where the file cannot be opened. */
export function openSqliteStore(file: string): QuizStore {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000;');
  database.exec(SCHEMA);
  fillWhenEmpty(database);
  const one = database.prepare('SELECT * FROM questions WHERE id = ?');
  const random = database.prepare('SELECT * FROM questions ORDER BY random() LIMIT 1');
  const insert = database.prepare(
    'INSERT INTO responses (timestamp, questionId, answerIndex, correctAnswerIndex, correct) VALUES (?, ?, ?, ?, ?)',
  );
  const count = database.prepare(
    'SELECT count(*) AS answers, coalesce(sum(correct), 0) AS correct FROM responses WHERE ?1 IS NULL OR questionId = ?1',
  );
  const countQuestions = database.prepare('SELECT count(*) AS questions FROM questions WHERE ?1 IS NULL OR id = ?1');
  return {
    description: `SQLite in ${file}`,
    ping: async () => {
      countQuestions.get(null);
    },
    question: async (id) => questionOf(one.get(id)),
    randomQuestion: async () => questionOf(random.get()),
    insertAnswer: async ({timestamp, questionId, answerIndex, correctAnswerIndex, correct}) => {
      insert.run(timestamp, questionId, answerIndex, correctAnswerIndex, correct ? 1 : 0);
    },
    stats: async (questionId) => {
      const {questions} = countQuestions.get(questionId) as {questions: number};
      const {answers, correct} = count.get(questionId) as {answers: number; correct: number};
      return {questions, answers, correct};
    },
    close: () => database.close(),
  };
}

function fillWhenEmpty(database: DatabaseSync): void {
  const insert = database.prepare('INSERT OR IGNORE INTO questions (id, text, correctAnswerIndex, answers) VALUES (?, ?, ?, ?)');
  database.exec('BEGIN IMMEDIATE');
  const {questions} = database.prepare('SELECT count(*) AS questions FROM questions').get() as {questions: number};
  if (questions === 0)
    for (const {id, text, correctAnswerIndex, answers} of QUIZ_QUESTIONS) insert.run(id, text, correctAnswerIndex, JSON.stringify(answers));
  database.exec('COMMIT');
}

function questionOf(row: Record<string, unknown> | undefined): QuizQuestion | null {
  if (row === undefined) return null;
  const {id, text, correctAnswerIndex, answers} = row as {id: number; text: string; correctAnswerIndex: number; answers: string};
  return {id, text, correctAnswerIndex, answers: JSON.parse(answers) as string[]};
}
