import {once} from 'node:events';
import net from 'node:net';

/** How one answer goes. */
export type Answer = 'plain' | 'interim' | 'chunked' | 'in-pieces' | 'no-body' | 'delayed' | 'reset' | 'early-close' | 'status';

export interface HardServer {
  readonly port: number;
  readonly counts: HardCounts;
  close(): Promise<void>;
}

export interface HardCounts {
  requests: number;
  bytesSent: number;
  bytesReceived: number;
  connections: number;
  readonly answers: Record<Answer, number>;
}

export interface HardOptions {
  /** Which answer the n-th request of all gets. */
  readonly answerOf: (request: number) => Answer;
  /** Closes each connection after so many requests, saying so in the last answer. */
  readonly requestsPerConnection: number;
  readonly delayMs: number;
}

const BODY = 'x'.repeat(700);

/** A server that behaves as badly as servers do, within HTTP/1.1 and without it, and counts every request and byte. */
export async function startHardServer(options: HardOptions): Promise<HardServer> {
  const counts: HardCounts = {requests: 0, bytesSent: 0, bytesReceived: 0, connections: 0, answers: emptyAnswers()};
  const sockets = new Set<net.Socket>();
  const server = net.createServer({noDelay: true}, (socket) => {
    counts.connections++;
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    serve(socket, options, counts);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as net.AddressInfo).port,
    counts,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function serve(socket: net.Socket, options: HardOptions, counts: HardCounts): void {
  let text = '';
  let served = 0;
  const send = (bytes: string): void => {
    counts.bytesSent += Buffer.byteLength(bytes);
    socket.write(bytes);
  };
  socket.on('data', (chunk) => {
    counts.bytesReceived += chunk.length;
    text += chunk.toString('latin1');
    for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
      text = text.slice(end + 4);
      const answer = options.answerOf(counts.requests++);
      counts.answers[answer]++;
      const last = ++served >= options.requestsPerConnection;
      void give(answer, last, {socket, send, delayMs: options.delayMs});
    }
  });
}

interface Giving {
  readonly socket: net.Socket;
  readonly send: (bytes: string) => void;
  readonly delayMs: number;
}

async function give(answer: Answer, last: boolean, {socket, send, delayMs}: Giving): Promise<void> {
  const connection = last ? 'Connection: close\r\n' : '';
  const plain = `HTTP/1.1 200 OK\r\n${connection}Content-Length: ${BODY.length}\r\n\r\n${BODY}`;
  switch (answer) {
    case 'reset':
      socket.resetAndDestroy();
      return;
    case 'early-close':
      send(plain.slice(0, -200));
      socket.end();
      return;
    case 'plain':
      send(plain);
      break;
    case 'status':
      send(`HTTP/1.1 503 Service Unavailable\r\n${connection}Content-Length: 4\r\n\r\nbusy`);
      break;
    case 'no-body':
      send(`HTTP/1.1 204 No Content\r\n${connection}\r\n`);
      break;
    case 'interim':
      send('HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n');
      await turn();
      send(plain);
      break;
    case 'chunked':
      send(`HTTP/1.1 200 OK\r\n${connection}Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n3;why=not\r\nabc\r\n`);
      await turn();
      send('A\r\n0123456789\r\n0\r\nX-Sum: 13\r\n\r\n');
      break;
    case 'in-pieces':
      for (const cut of [
        [0, 3],
        [3, 17],
        [17, 40],
        [40, undefined],
      ] as const) {
        send(plain.slice(cut[0], cut[1]));
        await turn();
      }
      break;
    case 'delayed':
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      send(plain);
      break;
  }
  if (last) socket.end();
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function emptyAnswers(): Record<Answer, number> {
  return {plain: 0, interim: 0, chunked: 0, 'in-pieces': 0, 'no-body': 0, delayed: 0, reset: 0, 'early-close': 0, status: 0};
}
