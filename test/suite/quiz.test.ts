import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {requestHttp} from '../../src/program/index.ts';
import {quizApi} from '../../src/suite/index.ts';
import {QUIZ_QUESTIONS} from '../../src/suite/quiz/questions.ts';
import {MemoryNetwork, memoryFiles, type RunningProgram, runProgram} from '../program/memory-host.ts';

let folder: string;
let network: MemoryNetwork;
let running: RunningProgram;

function start(): RunningProgram {
  return runProgram(quizApi, {
    network: network.host('10.0.0.4', 'quiz'),
    env: {QUIZ_DATABASE: '/data/quiz.db', POD_NAME: 'quiz'},
    files: memoryFiles({}, {'/data': folder}),
  });
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quiz-'));
  network = new MemoryNetwork();
  running = start();
});
afterEach(async () => {
  running.kill();
  await running.exited;
  rmSync(folder, {recursive: true});
});

async function call(path: string, answer?: unknown) {
  const body =
    answer === undefined ? {} : {method: 'POST', body: Buffer.from(typeof answer === 'string' ? answer : JSON.stringify(answer))};
  const {
    status,
    headers,
    body: bytes,
  } = await requestHttp(network.host('10.0.0.9'), {url: `http://quiz:8080${path}`, timeoutMs: 3000, ...body});
  const text = bytes.toString();
  return {status, headers, text, json: () => JSON.parse(text)};
}

describe('Quiz with SQLite', () => {
  test('is ready, and names its pod in each reply', async () => {
    const answer = await call('/healthz/ready');
    expect([answer.status, answer.headers['x-kiada-pod']]).toEqual([200, 'quiz']);
    expect(answer.headers['x-kiada-client']).toBe('10.0.0.9');
    expect((await call('/nowhere')).headers['x-kiada-pod']).toBe('quiz');
  });

  test('gives any of its questions at random', async () => {
    const seen = new Set<number>();
    for (let i = 0; i < 60; i++) seen.add((await call('/questions/random')).json().id);
    expect(seen.size).toBeGreaterThan(5);
    for (const id of seen) expect(QUIZ_QUESTIONS.map((question) => question.id)).toContain(id);
  });

  test('gives a question by its number, and 404 for one that is not there', async () => {
    expect((await call('/questions/2')).json()).toEqual(QUIZ_QUESTIONS[1]);
    expect((await call('/questions/4711')).status).toBe(404);
  });

  test('judges an answer', async () => {
    const {correctAnswerIndex} = QUIZ_QUESTIONS[0] ?? {};
    const right = (await call('/questions/1/answers', {questionId: 1, answerIndex: correctAnswerIndex})).json();
    const wrong = (await call('/questions/1/answers', {questionId: 1, answerIndex: correctAnswerIndex === 0 ? 1 : 0})).json();
    expect(right).toMatchObject({questionId: 1, correctAnswerIndex, correct: true});
    expect(wrong).toMatchObject({questionId: 1, correctAnswerIndex, correct: false});
    expect((await call('/questions/1/stats')).json()).toEqual({questions: 1, answers: 2, correct: 1, pod: 'quiz'});
  });

  const refused: readonly [string, unknown, number][] = [
    ['no JSON', 'yes', 400],
    ['no index', {questionId: 1}, 400],
    ['an index that no answer has', {questionId: 1, answerIndex: 17}, 400],
    ['another question in the body', {questionId: 2, answerIndex: 0}, 400],
    ['more than an answer takes', 'x'.repeat(100_000), 400],
  ];
  for (const [name, body, status] of refused) {
    test(`refuses an answer with ${name}, and keeps nothing of it`, async () => {
      expect((await call('/questions/1/answers', body)).status).toBe(status);
      expect((await call('/stats')).json().answers).toBe(0);
    });
  }

  test('keeps its answers over a restart, also after a kill', async () => {
    await call('/questions/3/answers', {questionId: 3, answerIndex: 0});
    running.kill();
    await running.exited;
    running = start();
    await call('/questions/3/answers', {questionId: 3, answerIndex: 1});
    expect((await call('/questions/3/stats')).json().answers).toBe(2);
  });

  test('refuses a database that lies on no volume', async () => {
    const other = runProgram(quizApi, {network: network.host('10.0.0.5'), env: {QUIZ_DATABASE: '/tmp/quiz.db'}});
    expect(await other.exited).toBe(1);
    expect(other.output()).toContain('/tmp/quiz.db');
  });

  test('answers 503 while the MongoDB that it was given is away', async () => {
    const other = runProgram(quizApi, {network: network.host('10.0.0.6', 'mongo-quiz')});
    const answer = await requestHttp(network.host('10.0.0.9'), {url: 'http://mongo-quiz:8080/healthz/ready', timeoutMs: 3000});
    expect(answer.status).toBe(503);
    expect(answer.body.toString()).toContain('localhost:27017');
    other.kill();
  });
});
