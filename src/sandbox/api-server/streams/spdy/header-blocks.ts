import {constants, createDeflate, createInflate, type Deflate, type Inflate} from 'node:zlib';
import {DICTIONARY} from './dictionary.ts';

export type Headers = ReadonlyMap<string, string>;

/** What a block of a few headers can never need; a bomb is cut off there. */
const BLOCK_LIMIT = 64 * 1024;

/** Compressed header blocks of one connection: all blocks of a direction share one compression state, so they are handled in order. */
export interface HeaderCodec {
  decode(block: Buffer): Promise<Headers>;
  encode(headers: Headers): Promise<Buffer>;
  close(): void;
}

export function createHeaderCodec(): HeaderCodec {
  const inflate = createInflate({dictionary: DICTIONARY, finishFlush: constants.Z_SYNC_FLUSH});
  const deflate = createDeflate({dictionary: DICTIONARY});
  let decoding: Promise<unknown> = Promise.resolve();
  let encoding: Promise<unknown> = Promise.resolve();
  return {
    decode(block) {
      const result = decoding.then(() => pass(inflate, block)).then(parseBlock);
      decoding = result.catch(() => undefined);
      return result;
    },
    encode(headers) {
      const result = encoding.then(() => pass(deflate, writeBlock(headers)));
      encoding = result.catch(() => undefined);
      return result;
    },
    close() {
      inflate.destroy();
      deflate.destroy();
    },
  };
}

/** Sends one block through a compressor or decompressor and collects all that it gives for it. */
function pass(transform: Inflate | Deflate, input: Buffer): Promise<Buffer> {
  const {promise, resolve, reject} = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let size = 0;
  const onData = (chunk: Buffer): void => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > BLOCK_LIMIT) transform.destroy(new Error('a SPDY header block is too large'));
  };
  const settle = (error: Error | null): void => {
    transform.off('data', onData);
    transform.off('error', settle);
    if (error === null) resolve(Buffer.concat(chunks));
    else reject(error);
  };
  transform.on('data', onData);
  transform.on('error', settle);
  transform.write(input);
  transform.flush(constants.Z_SYNC_FLUSH, () => settle(null));
  return promise;
}

/** A count, then names and values, each with its length in four bytes. */
function parseBlock(block: Buffer): Headers {
  let offset = 0;
  const take = (length: number): Buffer => {
    if (offset + length > block.length) throw new Error('a SPDY header block ends early');
    offset += length;
    return block.subarray(offset - length, offset);
  };
  const takeText = (): string => take(take(4).readUInt32BE()).toString('latin1');
  const count = take(4).readUInt32BE();
  const headers = new Map<string, string>();
  for (let i = 0; i < count; i++) headers.set(takeText().toLowerCase(), takeText());
  return headers;
}

function writeBlock(headers: Headers): Buffer {
  const text = (value: string): Buffer[] => [uint32(Buffer.byteLength(value, 'latin1')), Buffer.from(value, 'latin1')];
  return Buffer.concat([uint32(headers.size), ...[...headers].flatMap(([name, value]) => [...text(name), ...text(value)])]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
