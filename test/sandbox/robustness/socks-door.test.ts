import dgram from 'node:dgram';
import {once} from 'node:events';
import {connect} from 'node:net';
import {describe, expect, it, onTestFinished} from 'vitest';
import {createDice} from './dice.ts';
import {inParallel} from './in-parallel.ts';
import {malformedDatagram, to} from './malformed-datagrams.ts';
import {credentials, malformedSocks} from './malformed-socks.ts';
import {sendRaw} from './raw-connection.ts';
import {type RunningSandbox, runSandbox} from './running-sandbox.ts';
import {expectStillUp, REQUESTS, SEED} from './still-up.ts';

/** What the server says to somebody whom it lets in. */
const WELCOME = Buffer.from([5, 2, 1, 0]);
const CONNECTED = Buffer.from([5, 0, 0]);

describe(`the SOCKS5 door under ${REQUESTS} malformed handshakes of each kind (seed ${SEED})`, () => {
  it('lets nobody in without the password', async () => {
    const sandbox = await runSandbox();
    await expectStillUp(sandbox, async () => {
      const dice = createDice(SEED);
      await inParallel(REQUESTS, 32, async () => {
        const bytes = malformedSocks(dice, null);
        const {bytes: answer} = await sendRaw(sandbox.info.socks5.port, bytes, {quietMs: 30});
        const seen = `${bytes.toString('hex')} -> ${answer.toString('hex')}`;
        expect(answer.indexOf(WELCOME), seen).toBe(-1);
        expect(answer.length, seen).toBeLessThanOrEqual(4);
      });
    });
  }, 300_000);

  it('leads nobody out of the sandbox with the password, and survives what follows it', async () => {
    const sandbox = await runSandbox();
    await expectStillUp(sandbox, async () => {
      const dice = createDice(SEED + 1);
      await inParallel(REQUESTS, 32, async () => {
        const bytes = malformedSocks(dice, sandbox.info.socks5.password);
        const {bytes: answer} = await sendRaw(sandbox.info.socks5.port, bytes, {quietMs: 30});
        // from outside no cluster IP can be reached, and nothing beyond the sandbox from anywhere
        expect(answer.subarray(4).indexOf(CONNECTED), `${bytes.toString('hex')} -> ${answer.toString('hex')}`).toBe(-1);
      });
    });
  }, 300_000);

  it('drops malformed datagrams of an association and all of strangers, and still carries good ones', async () => {
    const sandbox = await runSandbox();
    const {own, relay, told} = await associate(sandbox);
    const stranger = await udpSocket();
    let overheard = 0;
    stranger.on('message', () => overheard++);
    await expectStillUp(sandbox, async () => {
      const dice = createDice(SEED + 2);
      for (let i = 0; i < 10 * REQUESTS; i++) {
        await sent(dice.chance(0.8) ? own : stranger, malformedDatagram(dice), relay);
        // whoever sends without a pause only fills the kernel's queue, and tries nothing
        if (i % 50 === 0) expect(await resolves(own, relay)).toBe(true);
      }
      expect(await resolves(own, relay)).toBe(true);
    });
    expect(overheard).toBe(0);
    expect(told()).toBeGreaterThan(0);
  }, 300_000);
});

async function udpSocket(): Promise<dgram.Socket> {
  const socket = dgram.createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  return socket;
}

/** A UDP association of a node, with the bytes of replies that came behind the first. */
async function associate({info}: RunningSandbox): Promise<{own: dgram.Socket; relay: number; told: () => number}> {
  const own = await udpSocket();
  const {port} = own.address();
  const control = connect(info.socks5.port, '127.0.0.1');
  onTestFinished(() => void control.on('error', () => undefined).destroy());
  const request = Buffer.from([5, 3, 0, 1, 127, 0, 0, 1, port >> 8, port & 255]);
  control.write(Buffer.concat([Buffer.from([5, 1, 2]), credentials('node.sandbox-1', info.socks5.password), request]));
  let bytes = Buffer.alloc(0);
  control.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
  });
  await expect.poll(() => bytes.length).toBeGreaterThanOrEqual(14);
  expect([...bytes.subarray(0, 12)]).toEqual([5, 2, 1, 0, 5, 0, 0, 1, 127, 0, 0, 1]);
  return {own, relay: bytes.readUInt16BE(12), told: () => bytes.length - 14};
}

function sent(socket: dgram.Socket, bytes: Buffer, port: number): Promise<void> {
  const {promise, resolve} = Promise.withResolvers<void>();
  socket.send(bytes, port, '127.0.0.1', () => resolve());
  return promise;
}

/** Whether cluster DNS answers through the association; what the noise before was answered is passed over. */
async function resolves(own: dgram.Socket, relay: number): Promise<boolean> {
  const name = ['kubernetes', 'default', 'svc', 'cluster', 'local'].map((label) => `${String.fromCharCode(label.length)}${label}`).join('');
  const query = Buffer.concat([Buffer.from('beef01000001000000000000', 'hex'), Buffer.from(`${name}\0`), Buffer.from([0, 1, 0, 1])]);
  const {promise, resolve} = Promise.withResolvers<boolean>();
  const onMessage = (bytes: Buffer): void => {
    if (bytes.readUInt16BE(10) === 0xbeef && bytes.subarray(-4).join('.') === '10.96.0.1') resolve(true);
  };
  own.on('message', onMessage);
  // a full queue of the kernel may lose one of them
  const again = setInterval(() => own.send(to([10, 96, 0, 10], 53, query), relay, '127.0.0.1'), 20);
  const deadline = setTimeout(() => resolve(false), 5_000);
  const found = await promise;
  clearInterval(again);
  clearTimeout(deadline);
  own.off('message', onMessage);
  return found;
}
