import {execFile} from 'node:child_process';
import {once} from 'node:events';
import http from 'node:http';
import net from 'node:net';
import {promisify} from 'node:util';
import fc from 'fast-check';
import {afterEach, describe, expect, it} from 'vitest';
import {type Socks5Server, startSocks5} from '../../../src/sandbox/network/socks5.ts';
import {parseSocksUser} from '../../../src/sandbox/network/socks5-vantage.ts';
import {endpointOf, replyOf, serviceObject, sliceObject, type TestCluster, testCluster} from './small-cluster.ts';
import {TOKEN, talk} from './socks5-client.ts';

const WEB = {name: 'web-1', node: 2};
const open: Socks5Server[] = [];

afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

/** A web server behind a Service, a client pod, and the proxy in front. */
async function start(options: Partial<Parameters<typeof startSocks5>[0]> = {}): Promise<{made: TestCluster; proxy: Socks5Server}> {
  const made = testCluster([
    serviceObject('quote', {
      type: 'NodePort',
      clusterIP: '10.96.1.1',
      clusterIPs: ['10.96.1.1'],
      externalTrafficPolicy: 'Local',
      ports: [{port: 80, targetPort: 8080, nodePort: 30_080}],
    }),
    sliceObject('quote', [endpointOf(WEB, 0)]),
  ]);
  const web = http.createServer((request, response) => response.end(`${request.url} from ${request.socket.remoteAddress}\n`));
  made.attach(WEB, 0).listen({port: 8080}, (connection) => web.emit('connection', connection));
  made.attach({name: 'kiada-001', node: 1}, 5);
  const proxy = await startSocks5({network: made.network, token: TOKEN, ...options});
  open.push(proxy);
  return {made, proxy};
}

async function curl(proxy: Socks5Server, user: string, url: string, ...more: string[]): Promise<{stdout: string; code: number}> {
  const args = ['-sS', '--max-time', '5', '--proxy', `socks5h://${user}:${TOKEN}@127.0.0.1:${proxy.port}`, url, ...more];
  return promisify(execFile)('curl', args).then(
    ({stdout}) => ({stdout, code: 0}),
    (error: {stdout: string; code: number}) => ({stdout: error.stdout, code: error.code}),
  );
}

describe('curl through the SOCKS5 door', () => {
  it('reaches a Service by its short name as a pod does, and keeps the pod as the source', async () => {
    const {proxy} = await start();
    const url = 'http://quote/';
    expect(await curl(proxy, 'pod.kiada-001.kiada', url)).toEqual({stdout: '/ from 10.244.1.15\n', code: 0});
  });

  it('uses one connection for two requests', async () => {
    const {proxy} = await start();
    const {stdout} = await curl(proxy, 'node.sandbox-1', 'http://10.96.1.1/a', 'http://10.96.1.1/b');
    expect(stdout).toBe('/a from 172.18.0.2\n/b from 172.18.0.2\n');
  });

  it('comes from outside with the address that the user name holds', async () => {
    const {proxy} = await start();
    expect((await curl(proxy, 'outside', 'http://172.18.0.3:30080/')).stdout).toBe('/ from 172.18.0.1\n');
    expect((await curl(proxy, 'outside.203.0.113.7', 'http://172.18.0.3:30080/')).stdout).toBe('/ from 203.0.113.7\n');
  });

  it('does not know cluster names outside', async () => {
    const {proxy} = await start();
    expect((await curl(proxy, 'outside', 'http://quote.kiada.svc.cluster.local/')).code).toBe(97);
  });
});

function connectRequest(host: string, port: number): Buffer {
  const name = Buffer.from(host);
  return Buffer.concat([Buffer.from([5, 1, 0, 3, name.length]), name, Buffer.from([port >> 8, port & 255])]);
}

describe('the protocol', () => {
  it('tells the endpoint that was reached, and loses no byte that came early', async () => {
    const {proxy} = await start();
    const early = Buffer.from('GET /early HTTP/1.1\r\nHost: quote\r\nConnection: close\r\n\r\n');
    const socket = await talk(proxy, Buffer.concat([connectRequest('quote', 80), early]));
    const answer = await replyOf(socket.setEncoding('latin1'));
    expect([...Buffer.from(answer.slice(0, 14), 'latin1')]).toEqual([5, 2, 1, 0, 5, 0, 0, 1, 10, 244, 2, 10, 8080 >> 8, 8080 & 255]);
    expect(answer).toContain('/early from 10.244.1.15');
  });

  it.each([
    ['refused', connectRequest('quote', 81), 5],
    ['no such name', connectRequest('quota', 80), 4],
    ['no route', connectRequest('192.0.2.1', 80), 3],
    ['BIND', Buffer.from([5, 2, 0, 1, 0, 0, 0, 0, 0, 80]), 7],
    ['UDP from nobody knows where', Buffer.from([5, 3, 0, 1, 0, 0, 0, 0, 0, 0]), 2],
    ['UDP from another machine', Buffer.from([5, 3, 0, 1, 192, 0, 2, 1, 1, 0]), 2],
    ['UDP from a name', Buffer.from([5, 3, 0, 3, 1, 0x61, 1, 0]), 2],
    ['UDP from the other family', Buffer.concat([Buffer.from([5, 3, 0, 4]), Buffer.alloc(15), Buffer.from([1, 1, 0])]), 2],
    ['an address type that does not exist', Buffer.from([5, 1, 0, 9, 0, 0]), 8],
  ])('says why not: %s', async (_name, request, code) => {
    const {proxy} = await start();
    const answer = Buffer.from(await replyOf((await talk(proxy, request)).setEncoding('latin1')), 'latin1');
    expect([...answer.subarray(0, 6)]).toEqual([5, 2, 1, 0, 5, code]);
  });

  it.each([
    ['a wrong password', {password: 'b-secret'}],
    ['no password', {password: ''}],
    ['a user name that is no vantage', {user: 'admin'}],
  ])('lets nothing in with %s', async (_name, credentials) => {
    const {proxy} = await start();
    const answer = await replyOf((await talk(proxy, connectRequest('quote', 80), credentials)).setEncoding('latin1'));
    expect([...Buffer.from(answer, 'latin1')]).toEqual([5, 2, 1, 1]);
  });

  it('refuses a client that offers no password', async () => {
    const {proxy} = await start();
    const socket = net.connect(proxy.port, '127.0.0.1');
    socket.write(Buffer.from([5, 1, 0]));
    expect(await replyOf(socket.setEncoding('latin1'))).toBe('\x05\xff');
  });

  it('ends a handshake that takes too long', async () => {
    const {proxy} = await start({handshakeMs: 20});
    const socket = net.connect(proxy.port, '127.0.0.1');
    socket.write(Buffer.from([5]));
    await once(socket.resume(), 'close');
  });

  it('keeps a dropped connection waiting and forgets it when the client goes', async () => {
    const {proxy, made} = await start();
    let aborted = false;
    const {enter} = made.network;
    const watched = await startSocks5({
      token: TOKEN,
      network: {
        ...made.network,
        enter: (from, target, options) => {
          options?.signal?.addEventListener('abort', () => {
            aborted = true;
          });
          return enter(from, target, options);
        },
      },
    });
    open.push(watched);
    const socket = await talk(watched, connectRequest('172.18.0.4', 30_080), {user: 'outside'});
    const [first] = await once(socket, 'data');
    expect([...(first as Buffer)].slice(0, 4)).toEqual([5, 2, 1, 0]);
    socket.end();
    const deadline = Date.now() + 5_000;
    while (!aborted && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(aborted).toBe(true);
    expect(proxy.port).not.toBe(watched.port);
  });

  it('survives whatever is sent to it and still serves', async () => {
    const {proxy} = await start({handshakeMs: 50});
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({maxLength: 600}), fc.boolean(), async (noise, valid) => {
        const bytes = Buffer.concat([valid ? Buffer.from([5, 1, 2]) : Buffer.alloc(0), noise]);
        const socket = net.connect(proxy.port, '127.0.0.1');
        socket.on('error', () => undefined);
        socket.end(bytes);
        await new Promise((resolve) => socket.resume().once('close', resolve));
      }),
      {numRuns: 100},
    );
    expect((await curl(proxy, 'pod.kiada-001.kiada', 'http://quote/')).code).toBe(0);
  });
});

it('user names choose the vantage', () => {
  expect(parseSocksUser('outside')).toEqual({kind: 'Outside'});
  expect(parseSocksUser('outside.2001:db8::1')).toEqual({kind: 'Outside', ip: '2001:db8::1'});
  expect(parseSocksUser('node.a.example')).toEqual({kind: 'Node', name: 'a.example'});
  expect(parseSocksUser('pod.web.v1.kiada')).toEqual({kind: 'Pod', namespace: 'kiada', name: 'web.v1'});
  for (const wrong of ['', 'pod', 'pod.', 'pod.x', 'node.', 'outside.', 'outside.x', 'root.x']) expect(parseSocksUser(wrong)).toBeNull();
});
