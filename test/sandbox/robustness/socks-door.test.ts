import {describe, expect, it} from 'vitest';
import {createDice} from './dice.ts';
import {inParallel} from './in-parallel.ts';
import {malformedSocks} from './malformed-socks.ts';
import {sendRaw} from './raw-connection.ts';
import {runSandbox} from './running-sandbox.ts';
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
});
