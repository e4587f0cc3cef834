import type {Document} from 'bson';
import type {ProgramNetwork} from '../../model/index.ts';
import type {MongoAddress} from './mongo-address.ts';
import {mongoClient} from './mongo-client.ts';
import type {QuizQuestion, QuizStore} from './store.ts';

const TIMEOUT_MS = 3000;

/** Quiz's store in MongoDB: collections `questions` and `responses`, as the book's Quiz has them. It connects when it is first asked, and again after a break. */
export function mongoStore(network: ProgramNetwork, address: MongoAddress): QuizStore {
  const client = mongoClient(network, address, TIMEOUT_MS);
  const first = async (command: Document): Promise<QuizQuestion | null> => {
    const reply = await client.run(command);
    const batch = (reply['cursor'] as {firstBatch?: Document[]} | undefined)?.firstBatch;
    return batch?.[0] === undefined ? null : questionOf(batch[0]);
  };
  const count = async (collection: string, query: Document): Promise<number> => Number((await client.run({count: collection, query}))['n']);
  return {
    description: `MongoDB at ${address.hosts.map(({host, port}) => `${host}:${port}`).join(',')}, database ${address.database}`,
    ping: async () => {
      await client.run({ping: 1});
    },
    question: (id) => first({find: 'questions', filter: {id}, limit: 1, singleBatch: true}),
    randomQuestion: () => first({aggregate: 'questions', pipeline: [{$sample: {size: 1}}], cursor: {}}),
    insertAnswer: async (answer) => {
      await client.run({
        insert: 'responses',
        documents: [{...answer, timestamp: new Date(answer.timestamp)}],
        writeConcern: {w: 1, j: true},
      });
    },
    stats: async (questionId) => {
      const of = questionId === null ? {} : {questionId};
      const questions = await count('questions', questionId === null ? {} : {id: questionId});
      return {questions, answers: await count('responses', of), correct: await count('responses', {...of, correct: true})};
    },
    close: () => client.close(),
  };
}

function questionOf(document: Document): QuizQuestion {
  const {id, text, correctAnswerIndex, answers} = document;
  return {
    id: Number(id),
    text: String(text),
    correctAnswerIndex: Number(correctAnswerIndex),
    answers: Array.isArray(answers) ? answers.map(String) : [],
  };
}
