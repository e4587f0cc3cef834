import {once} from 'node:events';
import net from 'node:net';
import {afterEach, describe, expect, it} from 'vitest';
import {KiadaError} from '../../src/errors.ts';
import {type Dial, type DialedSocket, dialDirect, dialSocks5, socks5User} from '../../src/vantage/index.ts';

const open: (net.Server | net.Socket)[] = [];
afterEach(() => {
  for (const resource of open.splice(0)) {
    if (resource instanceof net.Server) resource.close();
    else resource.destroy();
  }
});

async function listen(onConnection: (socket: net.Socket) => void): Promise<number> {
  const server = net.createServer((socket) => {
    open.push(socket.on('error', () => undefined));
    onConnection(socket);
  });
  open.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as net.AddressInfo).port;
}

async function closedPort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const {port} = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function textFrom(dialed: DialedSocket): Promise<string> {
  open.push(dialed.socket);
  const chunks: Buffer[] = [];
  for await (const chunk of dialed.socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

describe('dialDirect', () => {
  it('connects, and cannot tell what lies behind the address', async () => {
    const port = await listen((socket) => socket.end('hello'));
    const dialed = await dialDirect()({host: '127.0.0.1', port});
    expect(dialed).toMatchObject({endpoint: null, sourceSeen: null});
    expect(await textFrom(dialed)).toBe('hello');
  });

  it('tells a refused connection by its code', async () => {
    await expect(dialDirect()({host: '127.0.0.1', port: await closedPort()})).rejects.toMatchObject({
      name: 'DialError',
      code: 'ECONNREFUSED',
    });
  });

  it('gives up at once where the signal is aborted already', async () => {
    await expect(dialDirect()({host: '127.0.0.1', port: 1}, {signal: AbortSignal.abort(new Error('enough'))})).rejects.toThrow('enough');
  });
});

/** One connection of a SOCKS5 door by script: what it expects, byte for byte, and what it answers. */
interface Exchange {
  readonly expects: readonly number[];
  readonly answers: readonly number[] | 'close';
}

const GREETING: Exchange = {expects: [5, 1, 2], answers: [5, 2]};
const LOGIN: Exchange = {expects: [1, 7, ...Buffer.from('outside'), 3, ...Buffer.from('key')], answers: [1, 0]};
const CONNECT = [5, 1, 0, 1, 10, 96, 20, 1, 0, 80];

/** Received bytes that were not as expected end up in `surprises`. */
async function door(script: readonly Exchange[], surprises: Buffer[] = []): Promise<number> {
  return listen((socket) => {
    let received: Buffer = Buffer.alloc(0);
    const left = [...script];
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const [next] = left;
      if (next === undefined || received.length < next.expects.length) return;
      if (!received.equals(Buffer.from(next.expects))) surprises.push(received);
      received = Buffer.alloc(0);
      left.shift();
      if (next.answers === 'close') socket.end();
      else socket.write(Buffer.from(next.answers));
    });
  });
}

const through = (port: number, more: {user?: string; password?: string} = {}): Dial =>
  dialSocks5({host: '127.0.0.1', port, user: 'outside', password: 'key', ...more});
const TARGET = {host: '10.96.20.1', port: 80};

describe('dialSocks5', () => {
  it('speaks RFC 1928 and 1929 to the byte, tells the endpoint from the reply, and leaves the server’s first bytes to the caller', async () => {
    const surprises: Buffer[] = [];
    const reply = [5, 0, 0, 1, 10, 244, 1, 5, 0x1f, 0x90, ...Buffer.from('SSH-2.0')];
    const port = await door([GREETING, LOGIN, {expects: CONNECT, answers: reply}], surprises);
    const dialed = await through(port)(TARGET);
    open.push(dialed.socket);
    expect(surprises).toEqual([]);
    expect(dialed.endpoint).toEqual({address: '10.244.1.5', port: 8080});
    const [first] = await once(dialed.socket, 'data');
    expect(String(first)).toBe('SSH-2.0');
  });

  it('sends names as names and IPv6 addresses as such, and understands such replies', async () => {
    const surprises: Buffer[] = [];
    const name = {expects: [5, 1, 0, 3, 5, ...Buffer.from('quote'), 0, 80], answers: [5, 0, 0, 3, 2, 0x61, 0x62, 0, 80]};
    const byName = await through(await door([GREETING, LOGIN, name], surprises))({host: 'quote', port: 80});
    const bytes = [0xfd, 0, 0, 0x10, ...new Array(11).fill(0), 9];
    const six = {expects: [5, 1, 0, 4, ...bytes, 0x01, 0xbb], answers: [5, 0, 0, 4, ...bytes, 0x01, 0xbb]};
    const bySix = await through(await door([GREETING, LOGIN, six], surprises))({host: 'fd00:10::9', port: 443});
    open.push(byName.socket, bySix.socket);
    expect(surprises).toEqual([]);
    expect(byName.endpoint).toBeNull();
    expect(bySix.endpoint).toEqual({address: 'fd00:10::9', port: 443});
  });

  const failures = [
    [1, 'ECONNABORTED'],
    [2, 'EACCES'],
    [3, 'ENETUNREACH'],
    [4, 'EHOSTUNREACH'],
    [5, 'ECONNREFUSED'],
    [99, 'EPROTO'],
  ] as const;
  for (const [reply, code] of failures) {
    it(`tells reply ${reply} as ${code}`, async () => {
      const port = await door([GREETING, LOGIN, {expects: CONNECT, answers: [5, reply, 0, 1, 0, 0, 0, 0, 0, 0]}]);
      await expect(through(port)(TARGET)).rejects.toMatchObject({name: 'DialError', code});
    });
  }

  it('tells a wrong password, and a door that wants none, as EACCES', async () => {
    await expect(through(await door([GREETING, {...LOGIN, answers: [1, 1]}]))(TARGET)).rejects.toMatchObject({code: 'EACCES'});
    await expect(through(await door([{...GREETING, answers: [5, 0xff]}]))(TARGET)).rejects.toMatchObject({code: 'EACCES'});
  });

  it('tells a door that speaks something else as EPROTO, and one that goes away in the middle as ECONNRESET', async () => {
    await expect(through(await door([{...GREETING, answers: [...Buffer.from('HTTP/1.1 400')]}]))(TARGET)).rejects.toMatchObject({
      code: 'EPROTO',
    });
    await expect(through(await door([GREETING, {...LOGIN, answers: 'close'}]))(TARGET)).rejects.toMatchObject({code: 'ECONNRESET'});
    const strange = await door([GREETING, LOGIN, {expects: CONNECT, answers: [5, 0, 0, 9, 0, 0]}]);
    await expect(through(strange)(TARGET)).rejects.toMatchObject({code: 'EPROTO'});
  });

  it('never takes a door that cannot be reached for a target that refuses', async () => {
    const failure = await through(await closedPort())(TARGET).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(KiadaError);
    expect(failure).toMatchObject({code: 'UNREACHABLE'});
  });

  it('hangs on a dropped connection until the time is over or the caller gives up, and closes its own then', async () => {
    let closed = 0;
    const port = await listen((socket) => socket.on('close', () => closed++).resume());
    await expect(through(port)(TARGET, {timeoutMs: 50})).rejects.toMatchObject({code: 'ETIMEDOUT'});
    const giveUp = new AbortController();
    const dialing = through(port)(TARGET, {signal: giveUp.signal});
    setImmediate(() => giveUp.abort(new Error('enough')));
    await expect(dialing).rejects.toThrow('enough');
    await expect.poll(() => closed).toBe(2);
  });

  it('refuses to send what SOCKS5 cannot carry', async () => {
    await expect(through(1)({host: 'x'.repeat(256), port: 80})).rejects.toMatchObject({code: 'EINVAL'});
    await expect(through(1, {password: ''})(TARGET)).rejects.toMatchObject({code: 'EINVAL'});
  });

  it('names vantages as the door knows them', () => {
    expect(socks5User({kind: 'Pod', namespace: 'kiada', name: 'kiada-001'})).toBe('pod.kiada-001.kiada');
    expect(socks5User({kind: 'Node', name: 'sandbox-1'})).toBe('node.sandbox-1');
    expect(socks5User({kind: 'Outside'})).toBe('outside');
    expect(socks5User({kind: 'Outside', ip: '203.0.113.7'})).toBe('outside.203.0.113.7');
  });
});
