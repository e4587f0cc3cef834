// Run inside a network namespace: makes the connections that it is told, one order a line on stdin, one report a line on stdout.
import dgram from 'node:dgram';
import net from 'node:net';
import {createInterface} from 'node:readline';

/** Connections to one address. They end early when `want` different outcomes were seen. */
export interface Order {
  readonly id: number;
  readonly host: string;
  readonly port: number;
  /** By UDP a try is one question from a socket of its own; without it, TCP. */
  readonly protocol?: 'TCP' | 'UDP';
  /** Path of the request: a connection counts when it was answered. */
  readonly path: string;
  readonly minTries: number;
  readonly maxTries: number;
  readonly want: number;
  readonly patienceMs: number;
  /** A refusal is expected: these are tried one after the other, since kernels limit the rate of refusals to one host. */
  readonly alone: boolean;
}

/** `NAME<-SOURCE` for an answer, else `reject`, `drop` or `unreachable`; each once, with the number of tries. */
export interface Report {
  readonly id: number;
  readonly outcomes: readonly string[];
  readonly tries: number;
}

const VERDICTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'reject',
  ETIMEDOUT: 'drop',
  ENETUNREACH: 'unreachable',
  EHOSTUNREACH: 'unreachable',
};

/** Orders that wait their turn; most of those under way wait for silence to be certain. */
class Lane {
  readonly #limit: number;
  readonly #waiting: Order[] = [];
  #running = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(order: Order): void {
    this.#waiting.push(order);
    this.#next();
  }

  #next(): void {
    const order = this.#running < this.#limit ? this.#waiting.shift() : undefined;
    if (order === undefined) return;
    this.#running++;
    void carryOut(order).then((report) => {
      process.stdout.write(`${JSON.stringify(report)}\n`);
      this.#running--;
      this.#next();
    });
  }
}

const lanes = {alone: new Lane(1), together: new Lane(64)};
createInterface({input: process.stdin}).on('line', (line) => {
  const order = JSON.parse(line) as Order;
  lanes[order.alone ? 'alone' : 'together'].add(order);
});

async function carryOut(order: Order): Promise<Report> {
  const outcomes = new Set<string>();
  let tries = 0;
  while (tries < order.maxTries && (tries < order.minTries || outcomes.size < order.want)) {
    const outcome = await (order.protocol === 'UDP' ? askOnce(order) : connectOnce(order));
    outcomes.add(outcome);
    tries++;
    if (order.want === 1 && !outcome.includes('<-')) break; // who waits for one time-out need not wait for six
  }
  return {id: order.id, outcomes: [...outcomes].toSorted(), tries};
}

function connectOnce({host, port, path, patienceMs}: Order): Promise<string> {
  const {promise, resolve} = Promise.withResolvers<string>();
  const socket = net.connect({host, port});
  const late = setTimeout(() => socket.destroy(Object.assign(new Error('late'), {code: 'ETIMEDOUT'})), patienceMs);
  let text = '';
  socket.setEncoding('utf8');
  socket.on('connect', () => socket.write(`GET ${path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n`));
  socket.on('data', (chunk: string) => {
    text += chunk;
  });
  socket.on('error', (error: NodeJS.ErrnoException) => resolve(VERDICTS[error.code ?? ''] ?? `error ${error.code}`));
  socket.on('close', () => {
    clearTimeout(late);
    resolve(answerIn(text));
  });
  return promise;
}

const RESEND_MS = 1000;

/** A datagram may be lost, and a refusal withheld: the question is repeated, as TCP would. */
function askOnce({host, port, patienceMs}: Order): Promise<string> {
  const {promise, resolve} = Promise.withResolvers<string>();
  const socket = dgram.createSocket(host.includes(':') ? 'udp6' : 'udp4');
  const end = (outcome: string): void => {
    clearTimeout(late);
    clearInterval(again);
    socket.removeAllListeners('error').on('error', () => {}); // it has been told already
    socket.close();
    resolve(outcome);
  };
  const late = setTimeout(() => end('drop'), patienceMs);
  const again = setInterval(() => send(), RESEND_MS);
  const send = (): void => {
    if (connected) socket.send('who');
  };
  let connected = false;
  socket.on('error', (error: NodeJS.ErrnoException) => end(VERDICTS[error.code ?? ''] ?? `error ${error.code}`));
  socket.on('message', (message) => end(answerIn(message.toString())));
  socket.connect(port, host, (error?: Error) => {
    connected = error === undefined || error === null;
    send();
  });
  return promise;
}

/** Who answered, and whom it saw; of what is no answer of the test's server, the head and body in short. */
function answerIn(text: string): string {
  const found = /\{"name":"([^"]*)".*?"client":"([^"]*)"/s.exec(text);
  if (found !== null) return `${found[1]}<-${found[2]}`;
  const status = /^HTTP\/1\.1 (\d+)/.exec(text)?.[1];
  return status === undefined ? 'no answer' : `HTTP ${status} ${/"localEndpoints":\s*(\d+)/.exec(text)?.[1] ?? ''}`.trim();
}
