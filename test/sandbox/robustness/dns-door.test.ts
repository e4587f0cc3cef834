import {createSocket} from 'node:dgram';
import {once} from 'node:events';
import {describe, expect, it} from 'vitest';
import {createDice} from './dice.ts';
import {inParallel} from './in-parallel.ts';
import {malformedDns} from './malformed-dns.ts';
import {sendRaw} from './raw-connection.ts';
import {type RunningSandbox, runSandbox} from './running-sandbox.ts';
import {expectStillUp, REQUESTS, SEED} from './still-up.ts';

describe(`cluster DNS under ${REQUESTS} malformed messages over each transport (seed ${SEED})`, () => {
  it('answers UDP messages with an error or nothing, never larger than its limit, and still resolves afterwards', async () => {
    const sandbox = await runSandbox();
    const socket = createSocket('udp4');
    let answers = 0;
    const surprises: string[] = [];
    socket.on('message', (answer) => {
      answers += 1;
      if (answer.length > 1232 || (answer.readUInt16BE(2) & 0x8000) === 0) surprises.push(answer.toString('hex'));
    });
    await expectStillUp(sandbox, async () => {
      const dice = createDice(SEED);
      for (let i = 0; i < REQUESTS; i++) {
        const {promise, resolve} = Promise.withResolvers<void>();
        socket.send(malformedDns(dice), sandbox.info.dns.port, '127.0.0.1', () => resolve());
        await promise;
        // whoever sends without a pause only fills the kernel's queue, and tries nothing
        if (i % 50 === 0) expect(await resolves(sandbox)).toBe(true);
      }
      expect(await resolves(sandbox)).toBe(true);
    });
    socket.close();
    expect(surprises).toEqual([]);
    expect(answers).toBeGreaterThan(REQUESTS / 10);
  }, 300_000);

  it('ends TCP connections that speak nonsense, and still resolves afterwards', async () => {
    const sandbox = await runSandbox();
    await expectStillUp(sandbox, async () => {
      const dice = createDice(SEED + 1);
      await inParallel(REQUESTS, 16, async () => {
        const messages = Array.from({length: 1 + dice.int(4)}, () =>
          framed(malformedDns(dice), dice.chance(0.2) ? dice.int(65_536) : null),
        );
        await sendRaw(sandbox.info.dns.port, Buffer.concat(messages), {quietMs: 30});
      });
      expect(await resolves(sandbox)).toBe(true);
    });
  }, 300_000);
});

/** With two bytes of length before it, true or not. */
function framed(message: Buffer, lie: number | null): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(lie ?? message.length);
  return Buffer.concat([length, message]);
}

/** Whether the name of the API's own Service still has its address. */
async function resolves({info}: RunningSandbox): Promise<boolean> {
  const name = ['kubernetes', 'default', 'svc', 'cluster', 'local'].map((label) => `${String.fromCharCode(label.length)}${label}`).join('');
  const query = Buffer.concat([Buffer.from('beef01000001000000000000', 'hex'), Buffer.from(`${name}\0`), Buffer.from([0, 1, 0, 1])]);
  const socket = createSocket('udp4');
  const timer = setTimeout(() => socket.close(), 5_000);
  socket.send(query, info.dns.port, '127.0.0.1');
  const [answer] = (await Promise.race([once(socket, 'message'), once(socket, 'close')])) as [Buffer | undefined];
  clearTimeout(timer);
  if (answer !== undefined) socket.close();
  return answer?.subarray(-4).join('.') === '10.96.0.1';
}
