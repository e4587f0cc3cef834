import {describe, expect, test} from 'vitest';
import {requestHttp, serveHttp} from '../../src/program/index.ts';
import {eventually, MemoryNetwork, runProgram} from './memory-host.ts';

function hosts() {
  const network = new MemoryNetwork();
  return {server: network.host('10.0.0.1', 'server'), client: network.host('10.0.0.2')};
}

describe('HTTP over a program network', () => {
  test('the server sees the address of its client', async () => {
    const {server, client} = hosts();
    const running = runProgram(
      async (context) => {
        serveHttp(context, {port: 80}, (request, response) => response.end(request.socket.remoteAddress));
        return 0;
      },
      {network: server},
    );
    await running.exited;
    const answer = await requestHttp(client, {url: 'http://server/', timeoutMs: 2000});
    expect(answer.status).toBe(200);
    expect(answer.body.toString()).toBe('10.0.0.2');
    running.kill();
  });

  test('a call to a port where nobody listens is refused', async () => {
    const {client} = hosts();
    await expect(requestHttp(client, {url: 'http://server/', timeoutMs: 2000})).rejects.toMatchObject({code: 'ECONNREFUSED'});
  });

  test('a call that is not answered in time ends with ETIMEDOUT', async () => {
    const {server, client} = hosts();
    const listener = server.listen({port: 80}, (connection) => connection.resume());
    await expect(requestHttp(client, {url: 'http://server/', timeoutMs: 50})).rejects.toMatchObject({code: 'ETIMEDOUT'});
    listener.close();
  });

  test('stopping lets a running request end and takes no new one', async () => {
    const {server, client} = hosts();
    let finish: (() => void) | null = null;
    let stop: Promise<void> | null = null;
    const running = runProgram(
      async (context) => {
        const service = serveHttp(context, {port: 80}, (_request, response) => {
          finish = () => response.end('done');
        });
        context.onSignal('SIGTERM', () => {
          stop = service.stop(5000);
        });
        return 0;
      },
      {network: server},
    );
    const answer = requestHttp(client, {url: 'http://server/', timeoutMs: 2000});
    const end = await eventually(() => finish);
    running.signalled('SIGTERM');
    await expect(requestHttp(client, {url: 'http://server/', timeoutMs: 500})).rejects.toMatchObject({code: 'ECONNREFUSED'});
    end?.();
    expect((await answer).body.toString()).toBe('done');
    await stop;
  });

  test('an answer over the limit is an error, not memory', async () => {
    const {server, client} = hosts();
    const running = runProgram(
      async (context) => {
        serveHttp(context, {port: 80}, (_request, response) => response.end('x'.repeat(5000)));
        return 0;
      },
      {network: server},
    );
    await expect(requestHttp(client, {url: 'http://server/', timeoutMs: 2000}, 1000)).rejects.toThrow('longer than 1000 bytes');
    running.kill();
  });
});
