import type {Dice} from './dice.ts';

/** Bytes that a SOCKS5 client would not send; `password` is the good one, null where it must not be known. */
export function malformedSocks(dice: Dice, password: string | null): Buffer {
  return dice.pick(password === null ? STRANGERS : KNOWN)(dice, password ?? '');
}

type Kind = (dice: Dice, password: string) => Buffer;

const GREETING = Buffer.from([5, 1, 2]);
const REQUEST = Buffer.from([5, 1, 0, 1, 10, 96, 0, 1, 1, 187]);

const STRANGERS: readonly Kind[] = [
  (dice) => dice.bytes(1 + dice.int(400)),
  (dice) => Buffer.concat([Buffer.from([5]), dice.bytes(dice.int(300))]),
  () => Buffer.from([4, 1, 0, 80, 127, 0, 0, 1, 0]),
  // no authentication asked for, and the request sent along with hope
  () => Buffer.concat([Buffer.from([5, 1, 0]), REQUEST]),
  () => Buffer.concat([Buffer.from([5, 3, 0, 1, 128]), REQUEST]),
  () => Buffer.concat([GREETING, REQUEST]),
  (dice) => Buffer.concat([GREETING, credentials('outside', dice.word()), REQUEST]),
  () => Buffer.concat([GREETING, credentials('outside', ''), REQUEST]),
  () => Buffer.concat([GREETING, credentials('', ''), REQUEST]),
  () => Buffer.concat([GREETING, credentials('node.sandbox-1', 'undefined'), REQUEST]),
  (dice) => Buffer.concat([GREETING, Buffer.from([1, 255]), dice.bytes(255), Buffer.from([255]), dice.bytes(255), REQUEST]),
  (dice) => Buffer.concat([GREETING, Buffer.from([dice.int(256)]), credentials('outside', 'x').subarray(1), REQUEST]),
  () => Buffer.from([5, 0]),
  () => Buffer.from('GET http://10.96.0.1/ HTTP/1.1\r\n\r\n'),
];

const KNOWN: readonly Kind[] = [
  ...USERS(),
  (dice, password) => login(password, dice.bytes(dice.int(300))),
  (dice, password) =>
    login(password, Buffer.concat([Buffer.from([5, dice.int(256), dice.int(256), dice.int(256)]), dice.bytes(dice.int(300))])),
  (dice, password) => login(password, named(dice.bytes(dice.int(255)))),
  (dice, password) =>
    login(
      password,
      named(
        Buffer.from(
          dice.pick([
            '',
            '.',
            '..',
            'localhost',
            '127.0.0.1',
            '169.254.169.254',
            '__proto__',
            'a'.repeat(255),
            '::1',
            '[::1]',
            '0',
            '0x7f.1',
            'kubernetes.default.svc.cluster.local.',
          ]),
        ),
      ),
    ),
  (_, password) => login(password, Buffer.from([5, 2, 0, 1, 10, 96, 0, 1, 1, 187])),
  (_, password) => login(password, Buffer.from([5, 3, 0, 1, 10, 96, 0, 1, 1, 187])),
  (_, password) => login(password, Buffer.from([5, 1, 0, 1, 127, 0, 0, 1, 0, 22])),
  (_, password) => login(password, Buffer.from([5, 1, 0, 1, 169, 254, 169, 254, 0, 80])),
  (_, password) => login(password, Buffer.from([5, 1, 0, 1, 8, 8, 8, 8, 0, 53])),
  (_, password) => login(password, Buffer.from([5, 1, 0, 1, 10, 96, 0, 1, 0, 0])),
  (_, password) => login(password, Buffer.concat([Buffer.from([5, 1, 0, 4]), Buffer.alloc(15), Buffer.from([1, 0, 80])])),
  // a good request, and nonsense to whoever answers: the API server
  (dice, password) => login(password, Buffer.concat([REQUEST, dice.bytes(500)])),
];

/** User names that are no vantage. */
function USERS(): Kind[] {
  return [
    '',
    'inside',
    'pod.',
    'pod.a',
    'pod..',
    'pod.__proto__.default',
    'node.',
    'node.__proto__',
    'outside/999.1.1.1',
    'outside/',
    'outside.127.0.0.1',
    '\0',
    'x'.repeat(255),
  ].map(
    (user): Kind =>
      (_, password) =>
        Buffer.concat([GREETING, credentials(user, password), REQUEST]),
  );
}

function login(password: string, request: Buffer): Buffer {
  return Buffer.concat([GREETING, credentials('outside', password), request]);
}

function named(name: Buffer): Buffer {
  return Buffer.concat([Buffer.from([5, 1, 0, 3, name.length]), name, Buffer.from([0, 80])]);
}

export function credentials(user: string, password: string): Buffer {
  return Buffer.concat([
    Buffer.from([1, Buffer.byteLength(user)]),
    Buffer.from(user),
    Buffer.from([Buffer.byteLength(password)]),
    Buffer.from(password),
  ]);
}
