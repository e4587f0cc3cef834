import type {Dice} from './dice.ts';

/** What a SOCKS5 client would not send to its UDP relay, and datagrams that lead nowhere. */
export function malformedDatagram(dice: Dice): Buffer {
  return dice.pick(KINDS)(dice);
}

type Kind = (dice: Dice) => Buffer;

const KINDS: readonly Kind[] = [
  (dice) => dice.bytes(dice.int(40)),
  (dice) => dice.bytes(dice.int(65_507)),
  () => Buffer.alloc(0),
  // a good one, cut off
  (dice) => to([10, 96, 0, 10], 53, dice.bytes(20)).subarray(0, dice.int(10)),
  // fragments, and what is reserved
  (dice) => Buffer.concat([Buffer.from([0, 0, 1 + dice.int(255)]), to([10, 96, 0, 10], 53, dice.bytes(20)).subarray(3)]),
  (dice) => Buffer.concat([dice.bytes(2), to([10, 96, 0, 10], 53, dice.bytes(20)).subarray(2)]),
  // address types that do not exist, and lengths that lie
  (dice) => Buffer.concat([Buffer.from([0, 0, 0, dice.int(256)]), dice.bytes(dice.int(30))]),
  (dice) => Buffer.concat([Buffer.from([0, 0, 0, 3, dice.int(256)]), dice.bytes(dice.int(300))]),
  (dice) => named(dice.bytes(dice.int(255))),
  (dice) => named(Buffer.from(dice.pick(['', '.', '..', 'localhost', '169.254.169.254', '__proto__', 'a'.repeat(255), '[::1]', '0x7f.1']))),
  // well formed, to where nothing of the sandbox is
  (dice) => to([127, 0, 0, 1], dice.int(65_536), dice.bytes(30)),
  (dice) => to([169, 254, 169, 254], 80, dice.bytes(30)),
  (dice) => to([8, 8, 8, 8], 53, dice.bytes(30)),
  (dice) => to([255, 255, 255, 255], 1 + dice.int(65_535), dice.bytes(30)),
  (dice) => to([10, 96, 0, 10], 0, dice.bytes(30)),
  // nonsense to whoever answers: cluster DNS
  (dice) => to([10, 96, 0, 10], 53, dice.bytes(dice.int(600))),
  (dice) => to([10, 96, 0, 10], 53, dice.bytes(65_497)),
];

export function to(address: readonly number[], port: number, data: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0, 0, 0, 1, ...address, port >> 8, port & 255]), data]);
}

function named(name: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0, 0, 0, 3, name.length]), name, Buffer.from([0, 53, 1, 2, 3])]);
}
