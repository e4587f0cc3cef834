import type {Image, Program} from '../model/index.ts';
import {kiada} from './kiada/index.ts';
import {installQuestions, questionsScript, quizApi} from './quiz/index.ts';
import {quoteWriter} from './quote/index.ts';

const PATH = {PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'};

/** The suite's images for a container runtime, by the names under which the book's manifests know them. */
export function suiteImages(): readonly Image[] {
  return [KIADA, QUIZ_API, QUESTIONS_INSTALLER, QUESTIONS, QUOTE_WRITER];
}

/** The image's `node` knows one script: Kiada's. */
const kiadaNode: Program = async (context) => {
  const script = context.args.slice(1).find((arg) => !arg.startsWith('-'));
  if (script !== undefined && /^(\.?\/)?app\.js$/.test(script)) return kiada(context);
  context.stderr(`node: this image has no ${script ?? 'prompt'}: it runs app.js, which is Kiada\n`);
  return 1;
};

const KIADA: Image = {
  names: ['luksa/kiada'],
  summary: 'Kiada: shows a quote, a quiz question, and which pod and node answered',
  entrypoint: ['node', 'app.js'],
  cmd: ['--listen-port', '8080'],
  env: PATH,
  workingDir: '/',
  files: {'/app.js': '// Kiada runs inside the sandbox: there is no script to read here.\n'},
  programs: {node: kiadaNode, kiada},
  hasShell: true,
};

const QUIZ_API: Image = {
  names: ['luksa/quiz-api'],
  summary: 'Quiz: questions and answers over HTTP, kept in SQLite (QUIZ_DATABASE) or MongoDB',
  entrypoint: ['/quiz-api'],
  cmd: [],
  env: PATH,
  workingDir: '/',
  files: {},
  programs: {'quiz-api': quizApi},
  hasShell: true,
};

const QUESTIONS_INSTALLER: Image = {
  names: ['luksa/quiz-initdb-script-installer'],
  summary: 'puts the quiz questions where the mongo image loads them from (/initdb.d)',
  entrypoint: [],
  cmd: ['quiz-initdb-script-installer'],
  env: PATH,
  workingDir: '/',
  files: {'/insert-questions.js': questionsScript()},
  programs: {'quiz-initdb-script-installer': installQuestions},
  hasShell: true,
};

const QUESTIONS: Image = {
  names: ['luksa/quiz-questions'],
  summary: 'nothing but the quiz questions, to be mounted as an image volume',
  entrypoint: [],
  cmd: [],
  env: {},
  workingDir: '/',
  files: {'/insert-questions.js': questionsScript()},
  programs: {},
  hasShell: false,
};

const QUOTE_WRITER: Image = {
  names: ['luksa/quote-writer'],
  summary: 'writes a new quote each minute to /var/local/output/quote, for a web server beside it',
  entrypoint: ['/docker_entrypoint.sh'],
  cmd: [],
  env: PATH,
  workingDir: '/',
  files: {},
  programs: {'docker_entrypoint.sh': quoteWriter, 'quote-writer': quoteWriter},
  hasShell: true,
};
