import type http from 'node:http';
import {type FakeServer, fakeServer, status} from './fake-api-server.ts';

interface Stored {
  readonly metadata: {readonly name: string; readonly namespace: string; readonly uid: string; readonly resourceVersion: string};
  readonly value: string;
}

interface Logged {
  readonly version: number;
  readonly type: string;
  readonly object: Stored;
}

/** The Services of a server that lists and watches them, and that fails as real ones do. */
export interface FakeCollection extends FakeServer {
  put(name: string, value: string): void;
  remove(name: string): void;
  /** Forgets the history: older versions are answered by 410, in place of the stream or in it. */
  compact(): void;
  /** Ends all watches: by a clean end, by a cut in the middle of a line, or by going silent. */
  end(how: 'clean' | 'cut'): void;
  /** Sends a bookmark on all watches. */
  bookmark(): void;
  /** Sends the last event once more, as servers may after a reconnect. */
  repeat(): void;
  /** An expired version is told by an HTTP status, or by an ERROR event in a stream that was accepted. */
  expiry: 'status' | 'event';
  /** Watches are accepted and never told anything. */
  silent: boolean;
  readonly watches: () => number;
  readonly lists: () => number;
  readonly present: () => Readonly<Record<string, string>>;
}

export async function fakeCollection(): Promise<FakeCollection> {
  const objects = new Map<string, Stored>();
  const open = new Set<http.ServerResponse>();
  let log: Logged[] = [];
  let version = 10;
  let oldest = 10;
  let uids = 0;
  let lists = 0;
  let watches = 0;
  const server = await fakeServer(({query, json, response}) => {
    if (!query.has('watch')) {
      lists += 1;
      json(200, {metadata: {resourceVersion: String(version)}, items: [...objects.values()]});
      return;
    }
    watches += 1;
    const from = Number(query.get('resourceVersion'));
    const expired = status(410, 'Expired', 'too old resource version');
    if (from < oldest && collection.expiry === 'status') return json(410, expired);
    response.writeHead(200, {'content-type': 'application/json'});
    response.flushHeaders();
    if (from < oldest) return void response.end(line('ERROR', expired));
    open.add(response);
    response.on('close', () => open.delete(response));
    if (!collection.silent) for (const entry of log) if (entry.version > from) response.write(line(entry.type, entry.object));
  });

  function change(type: string, name: string, value: string, uid: string): void {
    version += 1;
    const object: Stored = {metadata: {name, namespace: 'kiada', uid, resourceVersion: String(version)}, value};
    if (type === 'DELETED') objects.delete(name);
    else objects.set(name, object);
    log.push({version, type, object});
    if (!collection.silent) for (const response of open) response.write(line(type, object));
  }

  const collection: FakeCollection = {
    ...server,
    expiry: 'status',
    silent: false,
    put(name, value) {
      const before = objects.get(name);
      change(before ? 'MODIFIED' : 'ADDED', name, value, before?.metadata.uid ?? `uid-${++uids}`);
    },
    remove(name) {
      const before = objects.get(name);
      if (before) change('DELETED', name, before.value, before.metadata.uid);
    },
    compact() {
      version += 1;
      oldest = version;
      log = [];
    },
    end(how) {
      for (const response of open) {
        open.delete(response);
        if (how === 'clean') response.end();
        else {
          response.write('{"type":"MODIFIED","object":{"metadata":{"na');
          setImmediate(() => response.destroy());
        }
      }
    },
    bookmark() {
      const text = line('BOOKMARK', {metadata: {resourceVersion: String(version)}});
      for (const response of open) response.write(text + text);
    },
    repeat() {
      const last = log.at(-1);
      if (last) for (const response of open) response.write(line(last.type, last.object));
    },
    watches: () => watches,
    lists: () => lists,
    present: () => Object.fromEntries([...objects.values()].map((object) => [object.metadata.name, object.value])),
  };
  return collection;
}

function line(type: string, object: object): string {
  return `${JSON.stringify({type, object})}\n`;
}
