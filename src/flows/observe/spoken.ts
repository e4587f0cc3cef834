import type {Duplex} from 'node:stream';
import tls from 'node:tls';
import type {ExpectedProtocol} from '../../findings/index.ts';
import type {Spoken} from '../../model/index.ts';

/** So many bytes tell one protocol from another. */
const ENOUGH = 16;
const PREFACE = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])]);

/**
 * What a server speaks, found out by asking it in the protocol that is expected, and where the answer is no good one, in the one that is
 * mostly meant instead. null where that stays open: a server that is silent is slow, or waits for a protocol of its own.
 */
export async function spokenAt(
  open: () => Promise<Duplex>,
  host: string,
  expected: ExpectedProtocol,
  timeoutMs: number,
): Promise<Spoken | null> {
  const [first] = expected.allowed;
  const plain = async () => spokenIn(await exchange(await open(), requestTo(host), timeoutMs));
  if (first === 'tls') {
    if (await shakesHands(await open(), timeoutMs)) return 'tls';
    const answer = await plain();
    return answer.spoken === 'http' && answer.status !== 400 ? 'http' : null;
  }
  const answer = first === 'http2' ? spokenIn(await exchange(await open(), PREFACE, timeoutMs)) : await plain();
  if (answer.spoken === 'http2' || (answer.spoken === 'http' && answer.status !== 400)) return answer.spoken;
  // a TLS server tells plain HTTP off with 400, an alert, or the end of the connection
  if (await shakesHands(await open(), timeoutMs)) return 'tls';
  return first === 'http2' && answer.spoken === 'closed' ? null : answer.spoken;
}

function requestTo(host: string): Buffer {
  return Buffer.from(`GET / HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: kiada-probe\r\nConnection: close\r\n\r\n`);
}

export interface Exchange {
  readonly bytes: Buffer;
  /** Whether the server ended the connection, or broke it off. */
  readonly ended: boolean;
}

/** Sends a message and reads the first bytes that come back; closes the connection. Never rejects. */
export function exchange(socket: Duplex, message: Buffer, timeoutMs: number): Promise<Exchange> {
  return new Promise((resolve) => {
    let bytes = Buffer.alloc(0);
    const finish = (ended: boolean) => {
      clearTimeout(timer);
      socket.off('data', onData).on('error', () => undefined); // what the server does after its answer is nobody's concern
      socket.destroy();
      resolve({bytes, ended});
    };
    const timer = setTimeout(() => finish(false), timeoutMs);
    const onData = (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (bytes.length >= ENOUGH) finish(false);
    };
    socket.on('data', onData);
    socket.once('end', () => finish(true));
    socket.once('error', () => finish(true));
    socket.once('close', () => finish(true));
    socket.write(message);
  });
}

/** What the first bytes of an answer are. */
export function spokenIn({bytes, ended}: Exchange): {readonly spoken: Spoken | null; readonly status: number | null} {
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(bytes.toString('latin1'))?.[1];
  if (status !== undefined) return {spoken: 'http', status: Number(status)};
  // the first frame of an HTTP/2 server is its SETTINGS, on stream 0; a TLS record begins with its type and version 3
  if (bytes.length >= 9 && bytes[3] === 4 && bytes.readUInt32BE(5) === 0) return {spoken: 'http2', status: null};
  if (bytes.length >= 3 && (bytes[0] === 0x15 || bytes[0] === 0x16) && bytes[1] === 3) return {spoken: 'tls', status: null};
  return {spoken: bytes.length === 0 && ended ? 'closed' : null, status: null};
}

/** Whether a TLS handshake comes to its end, whatever the certificate. */
function shakesHands(socket: Duplex, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const secure = tls.connect({socket, rejectUnauthorized: false, ALPNProtocols: ['h2', 'http/1.1']});
    const finish = (done: boolean) => {
      clearTimeout(timer);
      secure.destroy();
      socket.destroy();
      resolve(done);
    };
    const timer = setTimeout(() => finish(false), timeoutMs);
    socket.on('error', () => finish(false));
    secure.once('secureConnect', () => finish(true));
    secure.on('error', () => finish(false));
    secure.once('close', () => finish(false));
  });
}
