import type {IncomingMessage} from 'node:http';
import {Agent, request} from 'node:https';
import {connect as connectTcp, type Socket} from 'node:net';
import {connect as connectTls} from 'node:tls';
import {describe, expect, it, vi} from 'vitest';
import {inParallel} from './in-parallel.ts';
import {type RunningSandbox, runSandbox} from './running-sandbox.ts';
import {expectStillUp} from './still-up.ts';

describe('clients that take their time', () => {
  it('hold up nobody with requests that they never finish, and are let go', async () => {
    const sandbox = await runSandbox();
    await expectStillUp(sandbox, async () => {
      const head = `POST /api/v1/namespaces/default/configmaps HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${sandbox.token}\r\n`;
      const starts = ['', 'GET / HT', head, `${head}Content-Length: 1000\r\n\r\n{`, `${head}Transfer-Encoding: chunked\r\n\r\n5\r\nhe`];
      const port = Number(new URL(sandbox.info.server).port);
      const slow = await Promise.all(Array.from({length: 200}, (_, index) => hold(port, starts[index % starts.length] ?? '', true)));
      const others = [sandbox.info.dns.port, sandbox.info.socks5.port];
      slow.push(...(await Promise.all(others.flatMap((door) => Array.from({length: 60}, () => hold(door, '\x05', false))))));
      const from = performance.now();
      expect((await list(sandbox)).statusCode).toBe(200);
      expect(performance.now() - from).toBeLessThan(2_000);
      // DNS and SOCKS5 wait ten seconds; the API's thirty and sixty would make a long test
      const closed = slow.slice(200).map((socket) => new Promise((resolve) => socket.once('close', resolve).resume()));
      await Promise.all(closed);
      for (const socket of slow) socket.destroy();
    });
  }, 120_000);

  it('are refused more watches than the server carries, and those that are open go on', async () => {
    const sandbox = await runSandbox();
    await expectStillUp(sandbox, async () => {
      const agent = new Agent({keepAlive: false, ca: sandbox.ca});
      const watches: IncomingMessage[] = [];
      const refused: number[] = [];
      await inParallel(700, 32, async () => {
        const response = await list(sandbox, '?watch=true&resourceVersion=0', agent);
        if (response.statusCode === 200) watches.push(response);
        else refused.push(response.statusCode ?? 0);
      });
      expect(watches.length).toBe(500);
      expect(new Set(refused)).toEqual(new Set([429]));
      let told = 0;
      for (const watch of watches) {
        watch.on('data', () => {
          told += 1;
        });
        watch.on('error', () => undefined);
      }
      told = 0;
      await list(sandbox, '', agent, 'POST', {metadata: {name: 'seen-by-all'}});
      await vi.waitFor(() => expect(told).toBeGreaterThanOrEqual(500), {timeout: 20_000});
      for (const watch of watches) watch.destroy();
      await vi.waitFor(async () => expect((await list(sandbox, '?watch=true&timeoutSeconds=1', agent)).statusCode).toBe(200), {
        timeout: 20_000,
      });
    });
  }, 120_000);

  it('are cut off when they read a watch too slowly, and nobody else waits for them', async () => {
    const sandbox = await runSandbox();
    await expectStillUp(sandbox, async () => {
      const agent = new Agent({ca: sandbox.ca});
      const stuck = await list(sandbox, '?watch=true', agent);
      stuck.pause();
      stuck.socket.pause();
      const {promise: closed, resolve} = Promise.withResolvers<void>();
      // being cut off is an error to the client's stream
      stuck.on('error', () => undefined).once('close', resolve);
      const filler = 'x'.repeat(900_000);
      for (let i = 0; i < 40; i++) {
        const answer = await list(sandbox, i === 0 ? '' : '/big', agent, i === 0 ? 'POST' : 'PUT', {
          metadata: {name: 'big'},
          data: {filler, i: String(i)},
        });
        expect(answer.statusCode).toBeLessThan(300);
      }
      stuck.socket.resume();
      stuck.resume();
      await closed;
      expect(stuck.complete).toBe(false);
      await list(sandbox, '/big', agent, 'DELETE');
    });
  }, 120_000);
});

/** A connection that says so much and then no more. */
function hold(port: number, start: string, tls: boolean): Promise<Socket> {
  const {promise, resolve, reject} = Promise.withResolvers<Socket>();
  const socket = tls ? connectTls({host: '127.0.0.1', port, rejectUnauthorized: false}) : connectTcp({host: '127.0.0.1', port});
  socket.once(tls ? 'secureConnect' : 'connect', () => {
    socket.write(start);
    resolve(socket);
  });
  socket.once('error', reject).on('error', () => undefined);
  return promise;
}

/** A request about ConfigMaps; the answer unread where it is a watch. */
function list(
  {token, info, ca}: RunningSandbox,
  suffix = '',
  agent = new Agent({ca}),
  method = 'GET',
  body?: object,
): Promise<IncomingMessage> {
  const {promise, resolve, reject} = Promise.withResolvers<IncomingMessage>();
  const headers = {authorization: `Bearer ${token}`, 'content-type': 'application/json'};
  const path = `/api/v1/namespaces/default/configmaps${suffix}`;
  const outgoing = request(`${info.server}${path}`, {agent, method, headers}, (response) => {
    if (!suffix.includes('watch')) response.resume();
    resolve(response);
  });
  outgoing.once('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
  return promise;
}
