import {BSON, type Document} from 'bson';

/**
 * One message of the MongoDB wire protocol (mongodb.com/docs/manual/reference/mongodb-wire-protocol).
 * OP_MSG (2013) is what drivers speak; OP_QUERY (2004) with OP_REPLY (1) only opens a connection, by `isMaster`.
 */
interface MongoMessage {
  readonly requestId: number;
  readonly responseTo: number;
  readonly kind: 'msg' | 'query' | 'reply';
  /** The command or the reply; document sequences are folded in under their names. */
  readonly document: Document;
}

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const HEADER_BYTES = 16;
const MAX_BYTES = 48_000_000;
const CHECKSUM_PRESENT = 1;

/** Bytes of one message, ready to send. A query is never sent. */
export function encodeMessage(message: MongoMessage): Buffer {
  const document = BSON.serialize(message.document);
  const isReply = message.kind === 'reply';
  const head = Buffer.alloc(HEADER_BYTES + (isReply ? 20 : 5));
  head.writeInt32LE(head.length + document.length, 0);
  head.writeInt32LE(message.requestId, 4);
  head.writeInt32LE(message.responseTo, 8);
  head.writeInt32LE(isReply ? OP_REPLY : OP_MSG, 12);
  if (isReply) head.writeInt32LE(1, 32); // flags, cursor and start are zero; one document follows
  return Buffer.concat([head, document]);
}

/** Reads one whole message. Throws on an unknown operation and on broken bytes. */
function decodeMessage(bytes: Buffer): MongoMessage {
  const requestId = bytes.readInt32LE(4);
  const responseTo = bytes.readInt32LE(8);
  const operation = bytes.readInt32LE(12);
  if (operation === OP_MSG) return {requestId, responseTo, kind: 'msg', document: readSections(bytes)};
  if (operation === OP_REPLY) return {requestId, responseTo, kind: 'reply', document: documentAt(bytes, HEADER_BYTES + 20).document};
  if (operation === OP_QUERY) return {requestId, responseTo, kind: 'query', document: readQuery(bytes)};
  throw new Error(`operation ${operation} of the MongoDB wire protocol is not known`);
}

/** The messages of a byte stream. Ends with the stream; throws on a length that cannot be. */
export async function* readMongoMessages(stream: AsyncIterable<Uint8Array>): AsyncGenerator<MongoMessage> {
  let pending: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    pending = pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([pending, chunk]);
    while (pending.length >= HEADER_BYTES) {
      const length = pending.readInt32LE(0);
      if (length < HEADER_BYTES || length > MAX_BYTES) throw new Error(`a message of ${length} bytes is none of the MongoDB wire protocol`);
      if (pending.length < length) break;
      yield decodeMessage(pending.subarray(0, length));
      pending = pending.subarray(length);
    }
  }
}

function readSections(bytes: Buffer): Document {
  const end = bytes.length - (bytes.readUInt32LE(HEADER_BYTES) & CHECKSUM_PRESENT ? 4 : 0);
  let body: Document = {};
  const sequences: Record<string, Document[]> = {};
  let at = HEADER_BYTES + 4;
  while (at < end) {
    const kind = bytes[at];
    at += 1;
    if (kind === 0) {
      const read = documentAt(bytes, at);
      body = read.document;
      at = read.end;
    } else if (kind === 1) {
      const sectionEnd = at + bytes.readInt32LE(at);
      const nameEnd = bytes.indexOf(0, at + 4);
      if (sectionEnd <= nameEnd || sectionEnd > end) throw new Error('a document sequence runs over its message');
      sequences[bytes.toString('utf8', at + 4, nameEnd)] = documentsBetween(bytes, nameEnd + 1, sectionEnd);
      at = sectionEnd;
    } else throw new Error(`a section of kind ${kind} is not known`);
  }
  return {...body, ...sequences};
}

function readQuery(bytes: Buffer): Document {
  const nameEnd = bytes.indexOf(0, HEADER_BYTES + 4);
  const collection = bytes.toString('utf8', HEADER_BYTES + 4, nameEnd);
  return {...documentAt(bytes, nameEnd + 9).document, $db: collection.split('.')[0]};
}

function documentsBetween(bytes: Buffer, start: number, end: number): Document[] {
  const documents: Document[] = [];
  for (let at = start; at < end; ) {
    const read = documentAt(bytes, at);
    documents.push(read.document);
    at = read.end;
  }
  return documents;
}

function documentAt(bytes: Buffer, at: number): {document: Document; end: number} {
  const length = bytes.readInt32LE(at);
  if (length < 5 || at + length > bytes.length) throw new Error('a BSON document runs over its message');
  return {document: BSON.deserialize(bytes.subarray(at, at + length), {promoteValues: true}), end: at + length};
}
