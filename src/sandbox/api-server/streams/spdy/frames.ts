/** Types of control frames (SPDY/3, 2.6). */
export const SYN_STREAM = 1;
export const SYN_REPLY = 2;
export const RST_STREAM = 3;
export const PING = 6;
export const GOAWAY = 7;

export const FLAG_FIN = 1;

/** `type` 0 is a data frame of that stream; a control frame has its stream, if any, in its payload. */
export interface Frame {
  readonly type: number;
  readonly stream: number;
  readonly flags: number;
  readonly payload: Buffer;
}

/** Larger frames are no client's that we know: its data frames are of some ten kilobytes. */
const FRAME_LIMIT = 4 * 1024 * 1024;

/** Cuts a stream of bytes into frames. Throws for what is not SPDY/3. */
export function createFrameReader(onFrame: (frame: Frame) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= 8) {
      const length = rest.readUIntBE(5, 3);
      if (length > FRAME_LIMIT) throw new Error('a SPDY frame is too large');
      if (rest.length < 8 + length) return;
      onFrame(readFrame(rest, rest.subarray(8, 8 + length)));
      rest = rest.subarray(8 + length);
    }
  };
}

function readFrame(head: Buffer, payload: Buffer): Frame {
  const flags = head[4] as number;
  const first = head.readUInt32BE(0);
  if (first < 0x8000_0000) return {type: 0, stream: first, flags, payload};
  const version = (first >>> 16) & 0x7fff;
  if (version !== 3) throw new Error(`SPDY version ${version} is not spoken here`);
  return {type: first & 0xffff, stream: 0, flags, payload};
}

export function dataFrame(stream: number, payload: Uint8Array, fin: boolean): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(stream, 0);
  head[4] = fin ? FLAG_FIN : 0;
  head.writeUIntBE(payload.length, 5, 3);
  return Buffer.concat([head, payload]);
}

export function controlFrame(type: number, payload: Uint8Array, flags = 0): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(0x8003, 0);
  head.writeUInt16BE(type, 2);
  head[4] = flags;
  head.writeUIntBE(payload.length, 5, 3);
  return Buffer.concat([head, payload]);
}

/** Numbers of four bytes each. */
export function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, i * 4);
  return bytes;
}
