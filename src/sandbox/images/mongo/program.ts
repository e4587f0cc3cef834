import type {Document} from 'bson';
import type {Connection, Program, ProgramContext} from '../../../model/index.ts';
import {encodeMessage, readMongoMessages} from '../../../mongo-wire/index.ts';
import {untilKilled} from '../../../program/index.ts';
import {MONGO_VERSION, runCommand} from './commands.ts';
import {readInitScript} from './init-script.ts';
import {type DocumentStore, openDocumentStore} from './store.ts';

const INIT_FOLDER = '/docker-entrypoint-initdb.d';

/** The image's entrypoint: flags alone are mongod's; an empty database is filled by the scripts of the init folder first. */
export const mongoEntrypoint: Program = async (context) => {
  const [first = 'mongod', ...rest] = context.args.slice(1);
  if (first === 'mongod' || first.startsWith('-')) return run(context, first === 'mongod' ? rest : [first, ...rest], true);
  context.stderr(`docker-entrypoint.sh: ${first} is not available in this sandbox's mongo image\n`);
  return 127;
};

/** mongod: the commands of MongoDB that Quiz and the init scripts need, over its wire protocol. */
export const mongod: Program = async (context) => run(context, context.args.slice(1), false);

async function run(context: ProgramContext, args: readonly string[], initialise: boolean): Promise<number> {
  if (args.includes('--version')) {
    context.stdout(`db version v${MONGO_VERSION} (the sandbox's stand-in)\n`);
    return 0;
  }
  const port = Number(flagValue(args, '--port') ?? 27_017);
  const folder = flagValue(args, '--dbpath') ?? '/data/db';
  const store = open(context, folder);
  if (store === null) return 100; // what mongod exits with when its files cannot be opened
  try {
    if (initialise && store.namespaces().length === 0 && !runInitScripts(context, store)) return 1;
    return await serve(context, store, port);
  } finally {
    store.close();
  }
}

function flagValue(args: readonly string[], name: string): string | undefined {
  const at = args.findIndex((arg) => arg === name || arg.startsWith(`${name}=`));
  return at === -1 ? undefined : (args[at]?.split('=')[1] ?? args[at + 1]);
}

function open(context: ProgramContext, folder: string): DocumentStore | null {
  try {
    const file = context.files.hostPath(`${folder}/kiada-mongo.db`);
    log(context, file === null ? `No volume at ${folder}: documents last as long as this container` : `Opening the database in ${folder}`);
    return openDocumentStore(file);
  } catch (error) {
    log(context, `Cannot open the database in ${folder}: ${(error as Error).message}`);
    return null;
  }
}

function runInitScripts(context: ProgramContext, store: DocumentStore): boolean {
  const {files, env} = context;
  const scripts = files.exists(INIT_FOLDER) ? files.list(INIT_FOLDER).toSorted() : [];
  for (const name of scripts) {
    const path = `${INIT_FOLDER}/${name}`;
    if (!name.endsWith('.js')) {
      log(context, `ignoring ${path}`);
      continue;
    }
    log(context, `running ${path}`);
    const inserts = readInitScript(files.readText(path), env['MONGO_INITDB_DATABASE'] || 'test');
    if (typeof inserts === 'string') {
      log(context, `${path}: ${inserts}`);
      return false;
    }
    for (const {database, collection, documents} of inserts) store.insert(`${database}.${collection}`, documents);
  }
  return true;
}

async function serve(context: ProgramContext, store: DocumentStore, port: number): Promise<number> {
  const connections = new Set<Connection>();
  let isOpen = true;
  const listener = context.network.listen({port}, (connection) => {
    connections.add(connection);
    connection.on('error', () => connection.destroy());
    connection.once('close', () => connections.delete(connection));
    answerAll(connection, (command) => (isOpen ? runCommand(store, command) : null)).catch((error: Error) => {
      log(context, `connection ended: ${error.message}`);
      connection.destroy();
    });
  });
  log(context, `Waiting for connections on port ${listener.port || port}`);
  await Promise.race([new Promise<void>((resolve) => context.onSignal('SIGTERM', resolve)), untilKilled(context.signal)]);
  isOpen = false;
  listener.close();
  for (const connection of connections) connection.destroy();
  log(context, 'shutting down');
  return 0;
}

async function answerAll(connection: Connection, run: (command: Document) => Document | null): Promise<void> {
  let replies = 0;
  for await (const {requestId, kind, document} of readMongoMessages(connection)) {
    const reply = run(document);
    if (reply === null) return;
    replies += 1;
    connection.write(encodeMessage({requestId: replies, responseTo: requestId, kind: kind === 'query' ? 'reply' : 'msg', document: reply}));
  }
}

function log(context: ProgramContext, message: string): void {
  context.stdout(`${new Date().toISOString()} ${message}\n`);
}
