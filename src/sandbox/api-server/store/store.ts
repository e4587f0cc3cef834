import type {DatabaseSync} from 'node:sqlite';
import type {KubernetesObject} from '../../../model/index.ts';
import {checksumOf} from './checksum.ts';
import {type Collection, createCollection} from './collection.ts';
import {openDatabase} from './database.ts';
import {createEventWindow, type RecordedChange} from './event-window.ts';

/**
 * All objects of a cluster: in memory for reading, in one SQLite file for keeping. A write is on disk when it returns.
 * There is one resourceVersion for everything, and it never goes back, over deletions and restarts too.
 */
export interface Store {
  readonly resourceVersion: number;
  get(resource: string, namespace: string, name: string): KubernetesObject | undefined;
  /** Sorted by namespace and name; frozen. */
  list(resource: string, namespace?: string): readonly KubernetesObject[];
  /** Writes the object under the next resourceVersion and tells the watchers. Returns what is stored, deeply frozen. */
  put(resource: string, object: KubernetesObject): KubernetesObject;
  /** Removes the object; `last` is its final state, told to watchers under the next resourceVersion. */
  remove(resource: string, last: KubernetesObject): KubernetesObject;
  /** Changes after that version, or null where they are compacted. */
  changesSince(resourceVersion: number): readonly RecordedChange[] | null;
  compact(resourceVersion: number): void;
  readonly compactedTo: number;
  /** Called after each committed write, in order, synchronously. Returns how to stop it. */
  subscribe(listener: (change: RecordedChange) => void): () => void;
  /** Called with each committed write before anybody is told of it, for writes made by a listener too: keeps an index exact. */
  index(hook: (change: RecordedChange) => void): void;
  close(): void;
}

export interface StoreOptions {
  /** How many changes a watch may lag behind. Default 4096. */
  readonly windowSize?: number;
  /** What a listener threw. The others are told all the same. By default it ends the process as any uncaught error does. */
  readonly onListenerError?: (error: unknown) => void;
}

/** How much JSON the changes that watches may lag behind are in all: some tens of MiB as objects. */
const WINDOW_SIZE = 8 * 1024 * 1024;

/** Opens or makes the store. KiadaError SANDBOX_DATA_INVALID where the file is damaged or not ours; it is left untouched then. */
export function openStore(file: string, options: StoreOptions = {}): Store {
  const database = openDatabase(file);
  const collections = loadCollections(database);
  const statements = prepare(database);
  let resourceVersion = (statements.readVersion.get() as {value: number}).value;
  const window = createEventWindow(resourceVersion, {changes: options.windowSize ?? 4096, size: WINDOW_SIZE});
  const listeners = new Set<(change: RecordedChange) => void>();
  const hooks: ((change: RecordedChange) => void)[] = [];
  const onListenerError = options.onListenerError ?? throwLater;
  const pending: RecordedChange[] = [];
  let telling = false;

  function collection(resource: string): Collection {
    const known = collections.get(resource);
    if (known !== undefined) return known;
    const fresh = createCollection();
    collections.set(resource, fresh);
    return fresh;
  }

  function commit(write: () => void): void {
    database.exec('BEGIN IMMEDIATE');
    try {
      write();
      statements.writeVersion.run(resourceVersion + 1);
      database.exec('COMMIT');
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
    resourceVersion += 1;
  }

  /** A listener may write; what it writes is told after what it was told of, to everybody in the same order. */
  function tell(change: RecordedChange, size: number): void {
    window.add(change, size);
    for (const hook of hooks) hook(change);
    pending.push(change);
    if (telling) return;
    telling = true;
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) tellAll(next);
    telling = false;
  }

  function tellAll(change: RecordedChange): void {
    for (const listener of [...listeners]) {
      try {
        listener(change);
      } catch (error) {
        onListenerError(error);
      }
    }
  }

  /** What is removed was mostly counted when it was written. */
  function record(change: Omit<RecordedChange, 'resourceVersion'>, size = 0): void {
    tell({...change, resourceVersion}, size);
  }

  return {
    get resourceVersion() {
      return resourceVersion;
    },
    get compactedTo() {
      return window.compactedTo;
    },
    get: (resource, namespace, name) => collections.get(resource)?.get(namespace, name),
    list: (resource, namespace) => collections.get(resource)?.list(namespace) ?? [],
    put(resource, object) {
      const {namespace, name} = keyOf(object);
      const stored = stamp(object, resourceVersion + 1);
      const body = JSON.stringify(stored);
      commit(() => statements.put.run(resource, namespace, name, body, checksumOf({resource, namespace, name, body})));
      const previous = collection(resource).get(namespace, name) ?? null;
      collection(resource).set(stored);
      record({type: previous === null ? 'ADDED' : 'MODIFIED', resource, object: stored, previous}, body.length);
      return stored;
    },
    remove(resource, last) {
      const {namespace, name} = keyOf(last);
      commit(() => statements.remove.run(resource, namespace, name));
      const previous = collection(resource).get(namespace, name) ?? null;
      collection(resource).remove(namespace, name);
      const gone = stamp(last, resourceVersion);
      record({type: 'DELETED', resource, object: gone, previous});
      return gone;
    },
    changesSince: (version) => window.since(version),
    compact: (version) => window.compact(Math.min(version, resourceVersion)),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    index: (hook) => void hooks.push(hook),
    close: () => database.close(),
  };
}

function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

function prepare(database: DatabaseSync) {
  return {
    put: database.prepare(`INSERT INTO objects (resource, namespace, name, body, checksum) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET body = excluded.body, checksum = excluded.checksum`),
    remove: database.prepare('DELETE FROM objects WHERE resource = ? AND namespace = ? AND name = ?'),
    readVersion: database.prepare("SELECT value FROM counters WHERE name = 'resourceVersion'"),
    writeVersion: database.prepare("UPDATE counters SET value = ? WHERE name = 'resourceVersion'"),
  };
}

function loadCollections(database: DatabaseSync): Map<string, Collection> {
  const collections = new Map<string, Collection>();
  for (const row of database.prepare('SELECT resource, body FROM objects').iterate()) {
    const {resource, body} = row as {resource: string; body: string};
    const collection = collections.get(resource) ?? createCollection();
    collection.set(deepFreeze(JSON.parse(body) as KubernetesObject));
    collections.set(resource, collection);
  }
  return collections;
}

function keyOf({metadata}: KubernetesObject): {namespace: string; name: string} {
  return {namespace: metadata?.namespace ?? '', name: metadata?.name ?? ''};
}

/** A frozen object under that version. Its parts are shared with the argument, which must be plain JSON and is frozen with it. */
function stamp(object: KubernetesObject, version: number): KubernetesObject {
  return deepFreeze({...object, metadata: {...object.metadata, resourceVersion: String(version)}});
}

/** A mistaken change to a shared object throws where it is made, instead of corrupting what everybody reads. */
function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
  return value;
}
