import type {ProgramContext} from '../../model/index.ts';
import {parseFlags, parsePort} from '../parse-flags.ts';
import {type MongoAddress, parseMongoAddress} from './mongo-address.ts';

/** What one Quiz process is told by its flags and environment. */
export interface QuizConfig {
  readonly host: string | null;
  readonly port: number;
  readonly pod: string;
  readonly database: {readonly kind: 'sqlite'; readonly path: string} | {readonly kind: 'mongodb'; readonly address: MongoAddress};
}

/**
 * `QUIZ_DATABASE` names a SQLite file on a volume; without it Quiz asks the MongoDB of `--mongo-address` or `MONGODB_URI`.
 * Returns a sentence where something is wrong.
 */
export function readQuizConfig(context: ProgramContext): QuizConfig | string {
  const {env} = context;
  const flags = parseFlags(context.args.slice(1), {
    'listen-address': ':8080',
    'mongo-address': env['MONGODB_URI'] || 'mongodb://localhost:27017',
  });
  if ('problem' in flags) return flags.problem;
  const listen = /^(?:\[([^\]]*)\]|([^:]*)):(\d+)$/.exec(flags.values['listen-address']);
  const port = parsePort(listen?.[3] ?? '');
  if (listen === null || port === null) return `--listen-address is not [HOST]:PORT: ${flags.values['listen-address']}`;
  const base = {host: listen[1] || listen[2] || null, port, pod: env['POD_NAME'] || context.hostname};
  if (env['QUIZ_DATABASE']) return {...base, database: {kind: 'sqlite', path: env['QUIZ_DATABASE']}};
  const address = parseMongoAddress(flags.values['mongo-address']);
  return typeof address === 'string' ? address : {...base, database: {kind: 'mongodb', address}};
}
