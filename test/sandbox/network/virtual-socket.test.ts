import {once} from 'node:events';
import http from 'node:http';
import {text} from 'node:stream/consumers';
import {finished} from 'node:stream/promises';
import {describe, expect, it} from 'vitest';
import {WebSocket, WebSocketServer} from 'ws';
import {createStreamPair, type VirtualSocket} from '../../../src/sandbox/network/virtual-socket.ts';
import {Wire} from '../../../src/sandbox/network/wire.ts';

const CLIENT = {localAddress: '10.244.1.5', localPort: 40_000, remoteAddress: '10.96.1.2', remotePort: 80};
const SERVER = {localAddress: '10.244.2.7', localPort: 8080, remoteAddress: '10.244.1.5', remotePort: 40_000};

function pair(): [VirtualSocket, VirtualSocket] {
  return createStreamPair(new Wire(), CLIENT, SERVER);
}

describe('a connection on the virtual network', () => {
  it('shows each end the addresses that it sees', () => {
    const [client, server] = pair();
    expect([client.remoteAddress, client.remotePort, client.remoteFamily]).toEqual(['10.96.1.2', 80, 'IPv4']);
    expect([server.localAddress, server.localPort, server.remoteAddress]).toEqual(['10.244.2.7', 8080, '10.244.1.5']);
    expect(server.address()).toEqual({address: '10.244.2.7', port: 8080, family: 'IPv4'});
  });

  it('delivers a body of 20 MB intact and in order', async () => {
    const [client, server] = pair();
    const block = Buffer.alloc(1_000_003, 'abcdefg');
    const sum = {bytes: 0, ok: true};
    server.on('data', (chunk: Buffer) => {
      for (let index = 0; index < chunk.length; index += 997) {
        sum.ok &&= chunk[index] === block[(sum.bytes + index) % block.length];
      }
      sum.bytes += chunk.length;
    });
    for (let count = 0; count < 20; count++) {
      if (!client.write(block)) await once(client, 'drain');
    }
    client.end();
    await finished(server, {writable: false});
    expect(sum).toEqual({bytes: 20 * block.length, ok: true});
    expect(client.bytesWritten).toBe(sum.bytes);
    expect(server.bytesRead).toBe(sum.bytes);
  });

  it('makes a fast writer wait for a slow reader', async () => {
    const [client, server] = pair();
    let accepted = 0;
    while (client.write(Buffer.alloc(64 * 1024)) || accepted < 3) {
      if (++accepted > 1000) break;
      await new Promise(setImmediate);
    }
    await new Promise(setImmediate);
    expect(accepted).toBeLessThan(20);
    server.resume();
    await once(client, 'drain');
  });

  it('keeps what was written apart from a buffer that its owner uses again', async () => {
    const [client, server] = pair();
    const buffer = Buffer.from('first');
    client.write(buffer);
    buffer.write('later');
    client.end();
    expect(await text(server)).toBe('first');
  });

  it('stays open in the other direction after one side has ended', async () => {
    const [client, server] = pair();
    client.end('question');
    expect(await untilEnd(server)).toBe('question');
    server.end('answer');
    expect(await untilEnd(client)).toBe('answer');
  });

  it('closes both ends after both have ended', async () => {
    const [client, server] = pair();
    const closed = Promise.all([once(client, 'close'), once(server, 'close')]);
    client.end();
    server.end();
    client.resume();
    server.resume();
    await closed;
    expect(client.destroyed && server.destroyed).toBe(true);
  });

  it('fails the other end with ECONNRESET when one end resets', async () => {
    const [client, server] = pair();
    client.resetAndDestroy();
    const [error] = await once(server, 'error');
    expect(error).toMatchObject({code: 'ECONNRESET', syscall: 'read', errno: -104});
  });

  it('answers with a reset when an end is destroyed with bytes unread', async () => {
    const [client, server] = pair();
    client.write('never read');
    await new Promise(setImmediate);
    server.destroy();
    const [error] = await once(client, 'error');
    expect(error).toMatchObject({code: 'ECONNRESET'});
  });

  it('ends the other side when an end is destroyed with nothing unread, and resets what is written afterwards', async () => {
    const [client, server] = pair();
    server.destroy();
    client.resume();
    await once(client, 'end');
    client.write('too late');
    const [error] = await once(client, 'error');
    expect(error).toMatchObject({code: 'EPIPE'});
  });

  it('does not bring the process down when nobody listens for the reset', async () => {
    const [client, server] = pair();
    client.resetAndDestroy();
    await new Promise((resolve) => server.once('close', resolve));
    expect(server.destroyed).toBe(true);
  });

  it('lets timers run while two ends answer each other without pause', async () => {
    const [client, server] = pair();
    let turns = 0;
    server.on('data', (chunk) => server.write(chunk));
    client.on('data', (chunk) => {
      turns++;
      client.write(chunk);
    });
    client.write('x');
    await until(() => turns > 100); // looks again by timers, which have to get their turn
    client.destroy();
  });

  it('emits timeout after silence and not while there is traffic', async () => {
    const [client] = pair();
    client.setTimeout(10);
    await once(client, 'timeout');
    client.setTimeout(0);
    expect(client.timeout).toBe(0);
  });
});

describe('node:http over it', () => {
  it('keeps a connection alive, answers pipelined requests in order and carries big bodies both ways', async () => {
    const server = http.createServer(async (request, response) => {
      const body = await text(request);
      response.end(`${request.url} ${request.socket.remoteAddress} ${body.length}`);
    });
    const [client, far] = pair();
    server.emit('connection', far);
    client.write('GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n');
    let received = '';
    client.on('data', (chunk) => {
      received += chunk;
    });
    await until(() => received.includes('/b 10.244.1.5 0'));
    expect(received.indexOf('/a')).toBeLessThan(received.indexOf('/b'));

    const agent = new http.Agent({keepAlive: true, maxSockets: 1});
    let opened = 0;
    Object.assign(agent, {
      createConnection: () => {
        opened++;
        const [near, other] = pair();
        server.emit('connection', other);
        return near;
      },
    });
    const big = 'x'.repeat(3_000_000);
    for (let count = 0; count < 3; count++) {
      const answer = await new Promise<http.IncomingMessage>((resolve, reject) => {
        http.request({agent, method: 'POST', path: '/c', host: 'quote'}, resolve).on('error', reject).end(big);
      });
      expect(await text(answer)).toBe('/c 10.244.1.5 3000000');
    }
    expect(opened).toBe(1);
    agent.destroy();
    client.destroy();
    server.close();
  });
});

it('ws over it carries messages both ways', async () => {
  const http1 = http.createServer();
  const sockets = new WebSocketServer({server: http1});
  sockets.on('connection', (socket) => socket.on('message', (message) => socket.send(`got ${message}`)));
  const [near, far] = pair();
  const client = new WebSocket('ws://quote/', {
    createConnection: () => {
      http1.emit('connection', far);
      return near;
    },
  });
  await once(client, 'open');
  client.send('hello');
  expect(String((await once(client, 'message'))[0])).toBe('got hello');
  client.close();
  await once(client, 'close');
  sockets.close();
});

/** Unlike `text()` it does not destroy the stream afterwards. */
async function untilEnd(socket: VirtualSocket): Promise<string> {
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk;
  });
  await once(socket, 'end');
  return received;
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
