import type {Dice} from './dice.ts';

/** A DNS message that is broken, or asks for what no resolver asks. */
export function malformedDns(dice: Dice): Buffer {
  return dice.pick(KINDS)(dice);
}

const NAMES = [
  'kubernetes.default.svc.cluster.local',
  'kube-dns.kube-system.svc.cluster.local',
  'x',
  '',
  '_https._tcp.kubernetes.default.svc.cluster.local',
  '1.0.96.10.in-addr.arpa',
  '__proto__.default.svc.cluster.local',
  'constructor.cluster.local',
];

const KINDS: readonly ((dice: Dice) => Buffer)[] = [
  (dice) => dice.bytes(dice.int(600)),
  (dice) => Buffer.concat([header(dice, {questions: 1}), dice.bytes(dice.int(300))]),
  // a good question with a byte changed, cut short, or with more behind it
  (dice) => flip(dice, question(dice, nameOf(dice.pick(NAMES)))),
  (dice) => cut(dice, question(dice, nameOf(dice.pick(NAMES)))),
  (dice) => Buffer.concat([question(dice, nameOf(dice.pick(NAMES))), dice.bytes(dice.int(600))]),
  // names that point to themselves, forwards, beyond the end; labels that are too long; names without end
  (dice) => question(dice, Buffer.from([0xc0, 12])),
  (dice) => question(dice, Buffer.from([0xc0 | dice.int(64), dice.int(256)])),
  (dice) => question(dice, Buffer.concat([Buffer.from([1, 97, 0xc0, 12])])),
  (dice) => question(dice, Buffer.concat([...Array.from({length: 130}, () => Buffer.from([1, 97])), Buffer.from([0])])),
  (dice) => question(dice, Buffer.concat([Buffer.from([64]), dice.bytes(64), Buffer.from([0])])),
  (dice) => question(dice, Buffer.concat([Buffer.from([63]), dice.bytes(63), Buffer.from([0])])),
  // counts that lie, other operations, answers
  (dice) =>
    Buffer.concat([
      header(dice, {questions: dice.int(65_536), answers: dice.int(65_536), additional: dice.int(65_536)}),
      nameOf('x'),
      Buffer.from([0, 1, 0, 1]),
    ]),
  (dice) =>
    Buffer.concat([
      header(dice, {flags: dice.int(65_536), questions: 1}),
      nameOf(dice.pick(NAMES)),
      Buffer.from([0, dice.int(256), 0, dice.int(256)]),
    ]),
  // EDNS that is none
  (dice) => edns(dice, Buffer.from([0, 8, 255, 255])),
  (dice) => edns(dice, dice.bytes(dice.int(100))),
  (dice) =>
    Buffer.concat([question(dice, nameOf(dice.pick(NAMES)), 2), optRecord(dice, Buffer.alloc(0)), optRecord(dice, Buffer.alloc(0))]),
];

function header(dice: Dice, {flags = 0x0100, questions = 0, answers = 0, additional = 0}): Buffer {
  const bytes = Buffer.alloc(12);
  for (const [index, value] of [dice.int(65_536), flags, questions, answers, 0, additional].entries())
    bytes.writeUInt16BE(value, index * 2);
  return bytes;
}

function question(dice: Dice, name: Buffer, additional = 0): Buffer {
  const type = dice.pick([1, 28, 33, 5, 12, 16, 6, 255, 252, 251, 0, 65_535]);
  return Buffer.concat([
    header(dice, {questions: 1, additional}),
    name,
    Buffer.from([type >> 8, type & 255, 0, dice.pick([1, 1, 1, 3, 255])]),
  ]);
}

function edns(dice: Dice, options: Buffer): Buffer {
  return Buffer.concat([question(dice, nameOf(dice.pick(NAMES)), 1), optRecord(dice, options)]);
}

function optRecord(dice: Dice, options: Buffer): Buffer {
  const size = dice.pick([0, 1, 511, 512, 65_535]);
  const length = dice.chance(0.3) ? dice.int(65_536) : options.length;
  return Buffer.concat([Buffer.from([0, 0, 41, size >> 8, size & 255, 0, dice.int(3), 0, 0, length >> 8, length & 255]), options]);
}

function nameOf(text: string): Buffer {
  const labels = text.split('.').filter((label) => label !== '');
  return Buffer.concat([...labels.flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)]), Buffer.from([0])]);
}

function flip(dice: Dice, message: Buffer): Buffer {
  message[dice.int(message.length)] = dice.int(256);
  return message;
}

function cut(dice: Dice, message: Buffer): Buffer {
  return message.subarray(0, dice.int(message.length));
}
