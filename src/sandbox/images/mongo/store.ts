import {DatabaseSync} from 'node:sqlite';
import {BSON, type Document, ObjectId} from 'bson';

/** Documents by namespace (`database.collection`), in the order of their insertion. */
export interface DocumentStore {
  all(namespace: string): readonly StoredDocument[];
  /** Gives documents without `_id` one. Durable when it returns. Throws DuplicateKey. */
  insert(namespace: string, documents: readonly Document[]): void;
  replace(stored: StoredDocument, document: Document): void;
  remove(stored: readonly StoredDocument[]): void;
  drop(namespace: string): boolean;
  namespaces(): readonly string[];
  close(): void;
}

export interface StoredDocument {
  readonly row: number;
  readonly document: Document;
}

/** A document whose `_id` is there already. */
export class DuplicateKey extends Error {
  constructor(namespace: string, id: unknown) {
    super(`E11000 duplicate key error collection: ${namespace} index: _id_ dup key: { _id: ${JSON.stringify(id)} }`);
    this.name = 'DuplicateKey';
  }
}

/** The store in a SQLite file, or in memory where there is none: then it is gone with the container. */
export function openDocumentStore(file: string | null): DocumentStore {
  const database = new DatabaseSync(file ?? ':memory:');
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000;');
  database.exec(
    'CREATE TABLE IF NOT EXISTS documents (row INTEGER PRIMARY KEY, namespace TEXT NOT NULL, id BLOB NOT NULL, document BLOB NOT NULL, UNIQUE (namespace, id))',
  );
  const select = database.prepare('SELECT row, document FROM documents WHERE namespace = ? ORDER BY row');
  const insert = database.prepare('INSERT OR IGNORE INTO documents (namespace, id, document) VALUES (?, ?, ?)');
  const update = database.prepare('UPDATE documents SET document = ? WHERE row = ?');
  const remove = database.prepare('DELETE FROM documents WHERE row = ?');
  const drop = database.prepare('DELETE FROM documents WHERE namespace = ?');
  const names = database.prepare('SELECT DISTINCT namespace FROM documents ORDER BY namespace');
  const inTransaction = (act: () => void): void => {
    database.exec('BEGIN IMMEDIATE');
    try {
      act();
      database.exec('COMMIT');
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  };
  return {
    all: (namespace) =>
      select.all(namespace).map(({row, document}) => ({row: Number(row), document: BSON.deserialize(document as Uint8Array)})),
    insert(namespace, documents) {
      inTransaction(() => {
        for (const document of documents) {
          const whole = {_id: document['_id'] ?? new ObjectId(), ...document};
          const {changes} = insert.run(namespace, BSON.serialize({_id: whole._id}), BSON.serialize(whole));
          if (changes === 0) throw new DuplicateKey(namespace, whole._id);
        }
      });
    },
    replace: ({row}, document) => void update.run(BSON.serialize(document), row),
    remove: (stored) => inTransaction(() => stored.forEach(({row}) => void remove.run(row))),
    drop: (namespace) => Number(drop.run(namespace).changes) > 0,
    namespaces: () => names.all().map(({namespace}) => String(namespace)),
    close: () => database.close(),
  };
}
