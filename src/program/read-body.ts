import type {Readable} from 'node:stream';

/** The whole body of a message, or null where it is longer than `limitBytes` (the rest is read and thrown away, so that the connection stays usable). */
export async function readBody(message: Readable, limitBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size <= limitBytes) chunks.push(bytes);
    if (size > limitBytes * 16) break;
  }
  return size > limitBytes ? null : Buffer.concat(chunks);
}
