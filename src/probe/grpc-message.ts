// The two messages of grpc.health.v1 are small enough to write out: a request with one string, a response with one enum.

export const SERVING_STATUS = 'SERVING';

const STATUSES = ['UNKNOWN', SERVING_STATUS, 'NOT_SERVING', 'SERVICE_UNKNOWN'];

/** A length-prefixed `HealthCheckRequest{service}`. */
export function frameHealthRequest(service: string): Buffer {
  const name = Buffer.from(service, 'utf8');
  const message = name.length === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.from([0x0a]), varint(name.length), name]);
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** The status of a length-prefixed `HealthCheckResponse`; a message without the field means UNKNOWN. */
export function decodeStatus(frame: Buffer): string {
  if (frame.length < 5 || frame[0] !== 0) return 'UNKNOWN';
  const message = frame.subarray(5, 5 + frame.readUInt32BE(1));
  return message[0] === 0x08 ? (STATUSES[message[1] ?? 0] ?? 'UNKNOWN') : 'UNKNOWN';
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}
