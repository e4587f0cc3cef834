import {type Document, Long, ObjectId} from 'bson';
import {CommandError} from './command-error.ts';
import {matches} from './match.ts';
import {aggregate, applyUpdate, project, sortBy} from './shape.ts';
import {type DocumentStore, DuplicateKey, type StoredDocument} from './store.ts';

/** The version whose protocol is followed. */
export const MONGO_VERSION = '7.0.0';

type Command = (store: DocumentStore, document: Document) => Document;

/** Runs one command and gives its reply; what goes wrong is a reply with `ok: 0`. */
export function runCommand(store: DocumentStore, document: Document): Document {
  const [name = ''] = Object.keys(document);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  try {
    if (command === undefined) throw new CommandError(59, 'CommandNotFound', `no such command: '${name}'`);
    return {...command(store, document), ok: 1};
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return {ok: 0, errmsg: error.message, code: error.code, codeName: error.codeName};
  }
}

const hello: Command = () => ({
  helloOk: true,
  ismaster: true,
  isWritablePrimary: true,
  topologyVersion: {processId: PROCESS_ID, counter: Long.fromNumber(0)},
  maxBsonObjectSize: 16 * 1024 * 1024,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  localTime: new Date(),
  logicalSessionTimeoutMinutes: 30,
  connectionId: 1,
  minWireVersion: 0,
  maxWireVersion: 21,
  readOnly: false,
});

const PROCESS_ID = new ObjectId();
const nothing: Command = () => ({});

const COMMANDS: Readonly<Record<string, Command>> = {
  hello,
  ismaster: hello,
  isMaster: hello,
  ping: nothing,
  endSessions: nothing,
  killCursors: nothing,
  buildInfo: () => ({
    version: MONGO_VERSION,
    versionArray: [7, 0, 0, 0],
    gitVersion: 'none',
    modules: [],
    maxBsonObjectSize: 16 * 1024 * 1024,
  }),
  buildinfo: () => ({
    version: MONGO_VERSION,
    versionArray: [7, 0, 0, 0],
    gitVersion: 'none',
    modules: [],
    maxBsonObjectSize: 16 * 1024 * 1024,
  }),
  insert: (store, command) => {
    try {
      store.insert(namespaceOf(command), command['documents']);
      return {n: command['documents'].length};
    } catch (error) {
      if (!(error instanceof DuplicateKey)) throw error;
      return {n: 0, writeErrors: [{index: 0, code: 11_000, errmsg: error.message}]};
    }
  },
  find: (store, command) => cursor(command, find(store, command)),
  count: (store, command) => ({n: limit(selected(store, namespaceOf(command), command['query'] ?? {}), command).length}),
  aggregate: (store, command) => {
    const documents = store.all(namespaceOf(command)).map(({document}) => document);
    return cursor(command, aggregate(documents, command['pipeline'] ?? []));
  },
  distinct: (store, command) => {
    const values = selected(store, namespaceOf(command), command['query'] ?? {}).map(({document}) => document[command['key']]);
    return {values: [...new Set(values.filter((value) => value !== undefined))]};
  },
  update: (store, command) => update(store, command),
  delete: (store, command) => {
    let n = 0;
    for (const {q, limit: most} of command['deletes'] as Document[]) {
      const found = selected(store, namespaceOf(command), q).slice(0, most === 1 ? 1 : undefined);
      store.remove(found);
      n += found.length;
    }
    return {n};
  },
  createIndexes: (_store, command) => ({
    numIndexesBefore: 1,
    numIndexesAfter: 1 + (command['indexes'] as Document[]).length,
    createdCollectionAutomatically: false,
  }),
  create: nothing,
  drop: (store, command) => {
    if (!store.drop(namespaceOf(command))) throw new CommandError(26, 'NamespaceNotFound', 'ns not found');
    return {ns: namespaceOf(command)};
  },
  listCollections: (store, command) => {
    const prefix = `${command['$db']}.`;
    const names = store.namespaces().filter((namespace) => namespace.startsWith(prefix));
    return {
      cursor: {
        id: Long.fromNumber(0),
        ns: `${prefix}$cmd.listCollections`,
        firstBatch: names.map((namespace) => ({name: namespace.slice(prefix.length), type: 'collection'})),
      },
    };
  },
  listDatabases: (store) => ({
    databases: [...new Set(store.namespaces().map((namespace) => namespace.split('.')[0]))].map((name) => ({name})),
  }),
};

function namespaceOf(command: Document): string {
  const [collection] = Object.values(command);
  if (typeof collection !== 'string' || collection === '')
    throw new CommandError(73, 'InvalidNamespace', `collection name has invalid type ${typeof collection}`);
  return `${command['$db'] ?? 'test'}.${collection}`;
}

function selected(store: DocumentStore, namespace: string, filter: Document): readonly StoredDocument[] {
  return store.all(namespace).filter(({document}) => matches(document, filter));
}

function limit<T>(found: readonly T[], command: Document): readonly T[] {
  const skip = Number(command['skip'] ?? 0);
  const most = Math.abs(Number(command['limit'] ?? 0));
  return found.slice(skip, most === 0 ? undefined : skip + most);
}

function find(store: DocumentStore, command: Document): readonly Document[] {
  const documents = selected(store, namespaceOf(command), command['filter'] ?? {}).map(({document}) => document);
  const sorted = command['sort'] ? sortBy(documents, command['sort']) : documents;
  return limit(sorted, command).map((document) => project(document, command['projection'] ?? {}));
}

/** Everything in the first batch: no cursor stays open. */
function cursor(command: Document, documents: readonly Document[]): Document {
  return {cursor: {id: Long.fromNumber(0), ns: namespaceOf(command), firstBatch: documents}};
}

function update(store: DocumentStore, command: Document): Document {
  const namespace = namespaceOf(command);
  const upserted: Document[] = [];
  let n = 0;
  for (const [index, {q, u, multi, upsert}] of (command['updates'] as Document[]).entries()) {
    const found = selected(store, namespace, q).slice(0, multi ? undefined : 1);
    for (const stored of found) store.replace(stored, applyUpdate(stored.document, u));
    n += found.length;
    if (found.length > 0 || !upsert) continue;
    const document = {_id: new ObjectId(), ...applyUpdate({...q}, u), ...u['$setOnInsert']};
    store.insert(namespace, [document]);
    upserted.push({index, _id: document['_id']});
    n += 1;
  }
  return {n, nModified: n - upserted.length, ...(upserted.length > 0 ? {upserted} : {})};
}
