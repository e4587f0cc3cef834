import {Duplex} from 'node:stream';
import {
  controlFrame,
  createFrameReader,
  dataFrame,
  FLAG_FIN,
  type Frame,
  GOAWAY,
  PING,
  RST_STREAM,
  SYN_REPLY,
  SYN_STREAM,
  words,
} from './frames.ts';
import {createHeaderCodec, type Headers} from './header-blocks.ts';

/** One stream that the client opened. */
export interface SpdyStream {
  readonly id: number;
  readonly headers: Headers;
  readonly duplex: Duplex;
}

/** Streams that a client may have open at one time. */
const STREAM_LIMIT = 512;
/** SPDY as Kubernetes uses it has no flow control: where a stream's reader lags by so much, the whole connection waits. */
const LAG_LIMIT = 1024 * 1024;
const CANCEL = 5;
const REFUSED = 3;

/** The server's end of SPDY/3.1 over any byte stream. Ends with its transport. */
export function serveSpdy(transport: Duplex, onStream: (stream: SpdyStream) => void): void {
  const codec = createHeaderCodec();
  const streams = new Map<number, Duplex>();
  // header blocks are decompressed aside: what comes behind one must not overtake it
  let order: Promise<void> = Promise.resolve();

  const send = (frame: Buffer): boolean => transport.write(frame);

  async function open(payload: Buffer, flags: number): Promise<void> {
    const id = payload.readUInt32BE(0) & 0x7fff_ffff;
    const headers = await codec.decode(payload.subarray(10));
    if (streams.size >= STREAM_LIMIT || streams.has(id)) return void send(controlFrame(RST_STREAM, words(id, REFUSED)));
    const duplex = createStream(id);
    streams.set(id, duplex);
    send(controlFrame(SYN_REPLY, Buffer.concat([words(id), await codec.encode(new Map())])));
    if ((flags & FLAG_FIN) !== 0) duplex.push(null);
    onStream({id, headers, duplex});
  }

  function createStream(id: number): Duplex {
    return new Duplex({
      allowHalfOpen: true,
      read: () => resumeTransport(),
      write: (chunk: Buffer, _, done) => afterDrain(send(dataFrame(id, chunk, false)), done),
      final(done) {
        send(dataFrame(id, Buffer.alloc(0), true));
        done();
      },
      destroy(error, done) {
        if (streams.delete(id) && error !== null) send(controlFrame(RST_STREAM, words(id, CANCEL)));
        done(null);
      },
    });
  }

  function afterDrain(flowing: boolean, done: () => void): void {
    if (flowing || transport.destroyed) done();
    else transport.once('drain', done);
  }

  function resumeTransport(): void {
    if (transport.isPaused()) transport.resume();
  }

  function onData({stream, payload, flags}: Frame): void {
    const duplex = streams.get(stream);
    if (duplex === undefined) return;
    if (payload.length > 0) duplex.push(payload);
    if ((flags & FLAG_FIN) !== 0) duplex.push(null);
    if (duplex.readableLength > LAG_LIMIT) transport.pause();
  }

  function reset(payload: Buffer): void {
    streams.get(payload.readUInt32BE(0) & 0x7fff_ffff)?.destroy();
  }

  async function handle(frame: Frame): Promise<void> {
    switch (frame.type) {
      case 0:
        return onData(frame);
      case SYN_STREAM:
        return open(frame.payload, frame.flags);
      case RST_STREAM:
        return reset(frame.payload);
      case PING:
        return void send(controlFrame(PING, frame.payload));
      case GOAWAY:
        return void transport.end();
      default:
      // settings, window updates and further headers change nothing here
    }
  }

  function fail(): void {
    transport.destroy();
  }

  const read = createFrameReader((frame) => {
    order = order.then(() => handle(frame)).catch(fail);
  });
  transport.on('data', (chunk: Buffer) => {
    try {
      read(chunk);
    } catch {
      // not SPDY: nothing that could be answered
      fail();
    }
  });
  transport.on('error', fail);
  transport.once('close', () => {
    for (const duplex of streams.values()) duplex.destroy();
    streams.clear();
    codec.close();
  });
}
