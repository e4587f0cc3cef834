import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {requestHttp} from '../../../src/program/index.ts';
import {readInitScript} from '../../../src/sandbox/images/mongo/init-script.ts';
import {mongoEntrypoint} from '../../../src/sandbox/images/mongo/program.ts';
import {installQuestions, quizApi} from '../../../src/suite/index.ts';
import {mongoClient} from '../../../src/suite/quiz/mongo-client.ts';
import {QUIZ_QUESTIONS} from '../../../src/suite/quiz/questions.ts';
import {questionsScript} from '../../../src/suite/quiz/questions-script.ts';
import {eventually, MemoryNetwork, memoryFiles, type RunningProgram, runProgram} from '../../program/memory-host.ts';

let folder: string;
let network: MemoryNetwork;
const running: RunningProgram[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mongo-'));
  network = new MemoryNetwork();
});
afterEach(async () => {
  for (const program of running.splice(0)) {
    program.kill();
    await program.exited;
  }
  rmSync(folder, {recursive: true});
});

function startMongo(script?: string): RunningProgram {
  const files = memoryFiles(script === undefined ? {} : {'/docker-entrypoint-initdb.d/insert-questions.js': script}, {'/data/db': folder});
  const program = runProgram(mongoEntrypoint, {network: network.host('10.0.0.4', 'quiz'), args: ['docker-entrypoint.sh', 'mongod'], files});
  running.push(program);
  return program;
}

function startQuiz(): void {
  running.push(runProgram(quizApi, {network: network.host('10.0.0.4', 'quiz'), env: {POD_NAME: 'quiz'}}));
}

async function call(path: string, answer?: object) {
  const body = answer === undefined ? {} : {method: 'POST', body: Buffer.from(JSON.stringify(answer))};
  const {status, body: bytes} = await requestHttp(network.host('10.0.0.9'), {url: `http://quiz:8080${path}`, timeoutMs: 5000, ...body});
  return {status, text: bytes.toString()};
}

const client = () => mongoClient(network.host('10.0.0.9'), {hosts: [{host: 'quiz', port: 27_017}], database: 'test'}, 2000);

describe('Quiz with MongoDB in its pod', () => {
  test('gives the questions that the installer put there, and keeps answers over a restart of the database', async () => {
    const shared = memoryFiles({}, {});
    await runProgram(installQuestions, {network: network.host('10.0.0.4'), files: shared}).exited;
    const first = startMongo(shared.readText('/initdb.d/insert-questions.js'));
    startQuiz();
    expect((await call('/healthz/ready')).status).toBe(200);
    expect(JSON.parse((await call('/questions/2')).text)).toEqual(QUIZ_QUESTIONS[1]);
    expect(QUIZ_QUESTIONS.map(({id}) => id)).toContain(JSON.parse((await call('/questions/random')).text).id);
    expect((await call('/questions/999')).status).toBe(404);
    await call('/questions/2/answers', {questionId: 2, answerIndex: 1});
    first.kill();
    await first.exited;
    startMongo(questionsScript());
    await eventually(async () => (await call('/healthz/ready')).status === 200);
    expect(JSON.parse((await call('/stats')).text)).toMatchObject({questions: QUIZ_QUESTIONS.length, answers: 1});
  });

  test('becomes ready when a database that starts later is there', async () => {
    startQuiz();
    expect((await call('/healthz/ready')).status).toBe(503);
    startMongo();
    await eventually(async () => (await call('/healthz/ready')).status === 200);
  });
});

describe("MongoDB's stand-in", () => {
  test('inserts, finds, updates, counts and deletes', async () => {
    startMongo();
    const mongo = client();
    await mongo.run({
      insert: 'pets',
      documents: [
        {name: 'Ada', age: 3, tags: ['cat']},
        {name: 'Bob', age: 5},
        {name: 'Cid', age: 7},
      ],
    });
    const names = async (filter: object, more: object = {}): Promise<string[]> => {
      const reply = await mongo.run({find: 'pets', filter, sort: {name: 1}, ...more});
      return (reply['cursor'] as {firstBatch: {name: string}[]}).firstBatch.map(({name}) => name);
    };
    expect(await names({age: {$gte: 5}})).toEqual(['Bob', 'Cid']);
    expect(await names({tags: 'cat'})).toEqual(['Ada']);
    expect(await names({$or: [{name: 'Ada'}, {age: 7}]})).toEqual(['Ada', 'Cid']);
    expect(await names({tags: {$exists: false}}, {limit: 1})).toEqual(['Bob']);
    expect(await mongo.run({update: 'pets', updates: [{q: {name: 'Bob'}, u: {$set: {tags: ['dog']}, $inc: {age: 1}}}]})).toMatchObject({
      n: 1,
    });
    expect(await names({age: 6, tags: {$in: ['dog']}})).toEqual(['Bob']);
    expect(await mongo.run({count: 'pets', query: {age: {$lt: 7}}})).toMatchObject({n: 2});
    expect(await mongo.run({delete: 'pets', deletes: [{q: {}, limit: 1}]})).toMatchObject({n: 1});
    expect(await mongo.run({count: 'pets'})).toMatchObject({n: 2});
    mongo.close();
  });

  test('refuses a second document with the same _id', async () => {
    startMongo();
    const mongo = client();
    await mongo.run({insert: 'pets', documents: [{_id: 1}]});
    const reply = await mongo.run({insert: 'pets', documents: [{_id: 1}]});
    expect(reply['writeErrors'][0].code).toBe(11_000);
    mongo.close();
  });

  test('says which command it does not have', async () => {
    startMongo();
    await expect(client().run({mapReduce: 'pets'})).rejects.toThrow("no such command: 'mapReduce'");
  });

  test('keeps going after a client that speaks something else', async () => {
    startMongo();
    const connection = await network.host('10.0.0.9').connect({host: 'quiz', port: 27_017});
    const closed = new Promise((resolve) => connection.once('close', resolve));
    connection.resume();
    connection.on('error', () => {});
    connection.write('GET / HTTP/1.1\r\nHost: quiz\r\n\r\n');
    await closed;
    expect(await client().run({ping: 1})).toMatchObject({ok: 1});
  });

  test('does not start with a script that it cannot read', async () => {
    const program = startMongo('for (let i = 0; i < 10; i++) db.pets.insertOne({i});');
    expect(await program.exited).toBe(1);
    expect(program.output()).toContain('runs no JavaScript');
  });
});

describe('an init script', () => {
  test('is read with comments, single quotes, bare keys and commas at the end', () => {
    const script = `// pets\ndb.getSiblingDB("zoo").pets.insertMany([\n  {name: 'Ada', tags: ["a)", "b"],},\n]);\n/* more */ db.cages.insertOne({"id": 1, "big": true});`;
    expect(readInitScript(script, 'test')).toEqual([
      {database: 'zoo', collection: 'pets', documents: [{name: 'Ada', tags: ['a)', 'b']}]},
      {database: 'test', collection: 'cages', documents: [{id: 1, big: true}]},
    ]);
  });

  for (const [name, script] of [
    ['a call of another kind', 'db.pets.drop();'],
    ['code after the inserts', 'db.pets.insertOne({a: 1}); process.exit();'],
    ['a call that is not closed', 'db.pets.insertMany([{a: 1}]'],
    ['something that is no object', 'db.pets.insertMany([1, 2]);'],
  ] as const) {
    test(`is refused for ${name}`, () => {
      expect(readInitScript(script, 'test')).toEqual(expect.any(String));
    });
  }
});
