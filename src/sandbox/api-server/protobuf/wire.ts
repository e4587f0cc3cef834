/** One field as it stands in a message: a number for types 0, 1 and 5, bytes for type 2. */
export interface WireField {
  readonly number: number;
  readonly type: number;
  readonly value: bigint | Buffer;
}

/** The fields of a message in order (protobuf encoding, "Message Structure"). Throws for bytes that are none. */
export function readFields(bytes: Buffer): WireField[] {
  const fields: WireField[] = [];
  let offset = 0;

  function varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[offset++];
      if (byte === undefined) throw new Error('a number ends early');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new Error('a number is too long');
  }

  function take(length: number): Buffer {
    if (length < 0 || offset + length > bytes.length) throw new Error('a field ends early');
    offset += length;
    return bytes.subarray(offset - length, offset);
  }

  function value(type: number): bigint | Buffer {
    switch (type) {
      case 0:
        return varint();
      case 1:
        return take(8).readBigUInt64LE();
      case 2:
        return take(Number(varint()));
      case 5:
        return BigInt(take(4).readUInt32LE());
      default:
        throw new Error(`wire type ${type} is not known`);
    }
  }

  while (offset < bytes.length) {
    const key = Number(varint());
    fields.push({number: key >>> 3, type: key & 7, value: value(key & 7)});
  }
  return fields;
}
