import {get} from 'node:https';
import {expect} from 'vitest';
import {listeningAddresses} from './listening-sockets.ts';
import type {RunningSandbox} from './running-sandbox.ts';

/** Malformed requests of each kind to each door. */
export const REQUESTS = Number(process.env['KIADA_MALFORMED'] ?? 300);
export const SEED = Number(process.env['KIADA_SEED'] ?? Date.now() % 1_000_000_000);

/** What the sandbox may hold more afterwards: objects that were let in, and caches that fill once. */
const KEPT_BYTES = 24 * 1024 * 1024;
/** A trace of the stack in the log: something was thrown that nobody expected. */
const TRACE = /^.*\n.*\n.*\n?.* {4}at .*$/m;

/** Runs the attack, then sees that the sandbox answers, holds no more memory than before, logged no surprise and listens nowhere but on the loopback. */
export async function expectStillUp(sandbox: RunningSandbox, attack: () => Promise<void>): Promise<void> {
  await attackLightly(sandbox);
  const before = await sandbox.memory();
  await attack();
  expect(sandbox.isUp(), sandbox.log()).toBe(true);
  expect(await version(sandbox)).toBe(200);
  const after = await sandbox.memory();
  process.stderr.write(
    `held ${mebibytes(before.heldBytes)} -> ${mebibytes(after.heldBytes)}, resident ${mebibytes(before.residentBytes)} -> ${mebibytes(after.residentBytes)}\n`,
  );
  expect(after.heldBytes - before.heldBytes).toBeLessThan(KEPT_BYTES);
  expect(TRACE.exec(sandbox.log())?.[0] ?? '').toBe('');
  expectLoopbackOnly(sandbox);
}

export function expectLoopbackOnly({pid}: RunningSandbox): void {
  const addresses = listeningAddresses(pid);
  if (addresses === null) return; // the system does not tell
  expect(addresses.length).toBeGreaterThan(0);
  expect(addresses.filter((address) => !/^\w+ 127\.0\.0\.1:\d+$/.test(address))).toEqual([]);
}

/** What is loaded at the first request is no leak. */
async function attackLightly(sandbox: RunningSandbox): Promise<void> {
  for (let i = 0; i < 20; i++) await version(sandbox);
}

function version({info, ca}: RunningSandbox): Promise<number> {
  const {promise, resolve, reject} = Promise.withResolvers<number>();
  get(`${info.server}/version`, {ca, agent: false}, (response) => {
    response.resume().once('end', () => resolve(response.statusCode ?? 0));
  }).once('error', reject);
  return promise;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
