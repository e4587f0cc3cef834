import {Agent, request} from 'node:https';
import {connect, type Socket} from 'node:net';
import {describe, expect, it, vi} from 'vitest';
import {createDice} from './dice.ts';
import {inParallel} from './in-parallel.ts';
import {malformedHttp} from './malformed-http.ts';
import {sendRaw} from './raw-connection.ts';
import {type RunningSandbox, runSandbox} from './running-sandbox.ts';
import {expectStillUp, REQUESTS, SEED} from './still-up.ts';

const NODE_PORT = 30_900 + (process.pid % 800);
const POD = {
  metadata: {name: 'web', labels: {app: 'web'}},
  spec: {containers: [{name: 'nginx', image: 'nginx', ports: [{containerPort: 80}]}]},
};
const SERVICE = {metadata: {name: 'web'}, spec: {type: 'NodePort', selector: {app: 'web'}, ports: [{port: 80, nodePort: NODE_PORT}]}};

describe(`a node port under ${REQUESTS} malformed requests (seed ${SEED})`, () => {
  it('still serves afterwards, with no restart of the container', async () => {
    const sandbox = await runSandbox();
    await post(sandbox, '/api/v1/namespaces/default/pods', POD);
    await post(sandbox, '/api/v1/namespaces/default/services', SERVICE);
    await vi.waitFor(async () => expect(await welcome()).toBe(true), {timeout: 30_000, interval: 200});
    await expectStillUp(sandbox, async () => {
      const dice = createDice(SEED);
      await inParallel(REQUESTS, 32, async () => {
        if (dice.chance(0.1)) await resetAtOnce(dice.bytes(dice.int(100)));
        else await sendRaw(NODE_PORT, malformedHttp(dice, ''), {quietMs: 40});
      });
      expect(await welcome()).toBe(true);
    });
    const {status} = (await post(sandbox, '/api/v1/namespaces/default/pods/web', null)) as {
      status: {containerStatuses: {restartCount: number}[]};
    };
    expect(status.containerStatuses[0]?.restartCount).toBe(0);
  }, 300_000);
});

async function welcome(): Promise<boolean> {
  const {bytes} = await sendRaw(NODE_PORT, Buffer.from('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'), {quietMs: 2_000});
  return bytes.toString().includes('Welcome to nginx');
}

/** A client that sends a little and breaks the connection. */
function resetAtOnce(bytes: Buffer): Promise<void> {
  const {promise, resolve} = Promise.withResolvers<void>();
  const socket: Socket = connect({host: '127.0.0.1', port: NODE_PORT}, () => socket.write(bytes, () => socket.resetAndDestroy()));
  socket.on('error', () => undefined).once('close', () => resolve());
  return promise;
}

/** Creates the object; reads it where there is none to create. */
function post({token, info, ca}: RunningSandbox, path: string, body: object | null): Promise<unknown> {
  const {promise, resolve, reject} = Promise.withResolvers<unknown>();
  const headers = {authorization: `Bearer ${token}`, 'content-type': 'application/json'};
  const outgoing = request(
    `${info.server}${path}`,
    {agent: new Agent({ca}), method: body === null ? 'GET' : 'POST', headers},
    async (response) => {
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      resolve(JSON.parse(text));
    },
  );
  outgoing.once('error', reject).end(body === null ? undefined : JSON.stringify(body));
  return promise;
}
