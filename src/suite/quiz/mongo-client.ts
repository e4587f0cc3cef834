import type {Document} from 'bson';
import type {Connection, ProgramNetwork} from '../../model/index.ts';
import {encodeMessage, readMongoMessages} from '../../mongo-wire/index.ts';
import type {MongoAddress} from './mongo-address.ts';

/** The few commands that Quiz needs of MongoDB, over one connection that is opened when it is needed. */
export interface MongoClient {
  /** Runs a command and gives its reply. Rejects where no host answers in time, or where the reply says `ok: 0`. */
  run(command: Document): Promise<Document>;
  close(): void;
}

interface Wire {
  send(command: Document): Promise<Document>;
  close(): void;
  readonly closed: boolean;
}

/** A client for one database. A connection that broke is opened anew by the next command: MongoDB may still be starting. */
export function mongoClient(network: ProgramNetwork, address: MongoAddress, timeoutMs: number): MongoClient {
  let opening: Promise<Wire> | null = null;
  const wire = async (): Promise<Wire> => {
    const known = await opening?.catch(() => null);
    if (known && !known.closed) return known;
    opening = openWire(network, address, timeoutMs);
    return opening;
  };
  return {
    async run(command) {
      const reply = await (await wire()).send({...command, $db: address.database});
      if (reply['ok'] !== 1) throw new Error(`MongoDB refused ${Object.keys(command)[0]}: ${reply['errmsg'] ?? 'no reason given'}`);
      return reply;
    },
    close: () => void opening?.then((open) => open.close()).catch(() => null), // it never opened: there is nothing to close
  };
}

async function openWire(network: ProgramNetwork, address: MongoAddress, timeoutMs: number): Promise<Wire> {
  const problems: string[] = [];
  for (const target of address.hosts) {
    try {
      return wireOf(await network.connect(target, {timeoutMs}), timeoutMs);
    } catch (error) {
      problems.push(`${target.host}:${target.port}: ${(error as Error).message}`);
    }
  }
  throw new Error(`MongoDB cannot be reached: ${problems.join('; ')}`);
}

function wireOf(connection: Connection, timeoutMs: number): Wire {
  const waiting = new Map<number, {resolve(reply: Document): void; reject(error: Error): void}>();
  let lastId = 0;
  let closed = false;
  const fail = (error: Error): void => {
    closed = true;
    connection.destroy();
    for (const {reject} of waiting.values()) reject(error);
    waiting.clear();
  };
  const listen = async (): Promise<void> => {
    try {
      for await (const {responseTo, document} of readMongoMessages(connection)) {
        waiting.get(responseTo)?.resolve(document);
        waiting.delete(responseTo);
      }
      fail(new Error('MongoDB closed the connection'));
    } catch (error) {
      fail(error as Error);
    }
  };
  connection.on('error', fail);
  void listen();
  return {
    get closed() {
      return closed;
    },
    close: () => fail(new Error('the connection was closed here')),
    send(command) {
      lastId += 1;
      const requestId = lastId;
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => fail(new Error(`MongoDB did not answer within ${timeoutMs} ms`)), timeoutMs);
        const settle =
          <T>(act: (value: T) => void) =>
          (value: T): void => {
            clearTimeout(timer);
            act(value);
          };
        waiting.set(requestId, {resolve: settle(resolve), reject: settle(reject)});
        connection.write(encodeMessage({requestId, responseTo: 0, kind: 'msg', document: command}));
      });
    },
  };
}
