import {createServer as createHttp, type Server} from 'node:http';
import {createServer as createHttp2, type ServerHttp2Stream} from 'node:http2';
import {createServer} from 'node:net';
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest';
import {type ProbeSpec, runProbe} from '../../src/probe/index.ts';
import {closedPort, dialLoopback, listening} from './fixtures.ts';

const POD = '10.244.1.5';
const probe = (spec: ProbeSpec) => runProbe(spec, {dial: dialLoopback, podIP: POD, ports: [{name: 'http', containerPort: port}]});

let port = 0;
let server: Server;
let seen: {url: string | undefined; headers: Record<string, unknown>}[] = [];
let close: () => Promise<void>;
beforeAll(async () => {
  server = createHttp((request, response) => {
    seen.push({url: request.url, headers: request.headers});
    const status = Number(/^\/(\d+)/.exec(request.url ?? '')?.[1] ?? 200);
    if (request.url === '/hang') return;
    if (request.url === '/away') response.writeHead(302, {location: 'http://elsewhere.example/'});
    else if (request.url === '/round') response.writeHead(302, {location: '/round'});
    else if (request.url === '/home') response.writeHead(302, {location: '/503'});
    else response.writeHead(status);
    response.end('body');
  });
  ({port, close} = await listening(server));
});
afterEach(() => {
  seen = [];
});
afterAll(async () => {
  server.closeAllConnections();
  await close();
});

describe('httpGet', () => {
  const answers: readonly (readonly [status: number, result: string, message: string])[] = [
    [200, 'success', 'body'],
    [204, 'success', ''],
    [399, 'success', 'body'],
    [404, 'failure', 'HTTP probe failed with statuscode: 404'],
    [503, 'failure', 'HTTP probe failed with statuscode: 503'],
  ];
  for (const [status, result, message] of answers) {
    it(`judges ${status} as ${result}`, async () =>
      expect(await probe({httpGet: {path: `/${status}`, port}})).toMatchObject({result, message}));
  }

  it('takes a port by name and calls itself a probe', async () => {
    await probe({httpGet: {path: '/x?y=1', port: 'http'}});
    expect(seen[0]).toMatchObject({
      url: '/x?y=1',
      headers: {host: `${POD}:${port}`, 'user-agent': 'kube-probe/1.37', accept: '*/*', connection: 'close'},
    });
  });

  it('sends its own headers, Host among them', async () => {
    const httpHeaders = [
      {name: 'Host', value: 'shop.example'},
      {name: 'X-A', value: '1'},
      {name: 'X-A', value: '2'},
      {name: 'Accept', value: ''},
    ];
    await probe({httpGet: {port, httpHeaders}});
    expect(seen[0]?.headers).toMatchObject({host: 'shop.example', 'x-a': '1, 2'});
    expect(seen[0]?.headers).not.toHaveProperty('accept');
  });

  it('follows redirects on the same host, and no others', async () => {
    expect(await probe({httpGet: {path: '/home', port}})).toMatchObject({
      result: 'failure',
      message: 'HTTP probe failed with statuscode: 503',
    });
    expect(await probe({httpGet: {path: '/away', port}})).toMatchObject({
      result: 'warning',
      message: 'Probe terminated redirects, Response body: body',
    });
    expect(await probe({httpGet: {path: '/round', port}})).toMatchObject({
      result: 'failure',
      message: `Get "http://${POD}:${port}/round": stopped after 10 redirects`,
    });
    expect(seen.filter(({url}) => url === '/round')).toHaveLength(10);
  });

  it('words a refused connection as Go does', async () => {
    const nobody = await closedPort();
    const {result, message} = await probe({httpGet: {port: nobody}});
    expect([result, message]).toEqual([
      'failure',
      `Get "http://${POD}:${nobody}/": dial tcp ${POD}:${nobody}: connect: connection refused`,
    ]);
  });

  it('fails after its timeout', async () => {
    const {result, message, durationMs} = await probe({httpGet: {path: '/hang', port}, timeoutSeconds: 1});
    expect([result, message]).toEqual([
      'failure',
      `Get "http://${POD}:${port}/hang": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
    ]);
    expect(durationMs).toBeGreaterThan(900);
  });

  it('is no verdict where the port has no such name', async () => {
    expect(await probe({httpGet: {port: 'metrics'}})).toMatchObject({result: 'unknown'});
  });
});

describe('tcpSocket', () => {
  it('succeeds where somebody listens', async () => expect(await probe({tcpSocket: {port}})).toMatchObject({result: 'success'}));
  it('fails where nobody does', async () => {
    const nobody = await closedPort();
    expect(await probe({tcpSocket: {port: nobody}})).toMatchObject({
      result: 'failure',
      message: `dial tcp ${POD}:${nobody}: connect: connection refused`,
    });
  });
});

describe('exec', () => {
  const exec =
    (exitCode: number, output = '') =>
    async () => ({kind: 'exited' as const, exitCode, output});
  const run = (command: string[], how: Parameters<typeof runProbe>[1]['exec']) =>
    runProbe({exec: {command}}, {dial: dialLoopback, podIP: POD, ports: [], ...(how ? {exec: how} : {})});
  it('succeeds by exit code 0', async () => expect(await run(['x'], exec(0))).toMatchObject({result: 'success'}));
  it('fails with what the command wrote', async () =>
    expect(await run(['x'], exec(1, 'no\n'))).toMatchObject({result: 'failure', message: 'no\n'}));
  it('is unknown where the command cannot be started', async () =>
    expect(await run(['x'], async () => ({kind: 'failed', message: 'not found'}))).toMatchObject({
      result: 'unknown',
      message: 'not found',
    }));
  it('is unknown where there is no way to run one', async () => expect(await run(['x'], undefined)).toMatchObject({result: 'unknown'}));
  it('fails at its timeout', async () =>
    expect(await run(['sleep', '9'], () => new Promise(() => {}))).toMatchObject({
      result: 'failure',
      message: 'command timed out: "sleep 9" timed out after 1s',
    }));
});

describe('grpc', () => {
  const SERVING = Buffer.from([0, 0, 0, 0, 2, 0x08, 1]);
  const NOT_SERVING = Buffer.from([0, 0, 0, 0, 2, 0x08, 2]);
  const health = async (reply: Buffer | null, status = '0') => {
    const requests: Buffer[] = [];
    const grpc = createHttp2();
    grpc.on('stream', (stream: ServerHttp2Stream, headers) => {
      expect(headers[':path']).toBe('/grpc.health.v1.Health/Check');
      stream.on('data', (part: Buffer) => requests.push(part));
      stream.respond({':status': 200, 'content-type': 'application/grpc'}, {waitForTrailers: true});
      stream.on('wantTrailers', () => stream.sendTrailers({'grpc-status': status, 'grpc-message': 'said%20so'}));
      stream.end(reply ?? undefined);
    });
    const door = await listening(grpc as never);
    const outcome = await probe({grpc: {port: door.port, service: 'quiz'}});
    await door.close();
    return {outcome, sent: Buffer.concat(requests).toString('latin1')};
  };
  it('succeeds where the service is serving', async () => {
    const {outcome, sent} = await health(SERVING);
    expect(outcome).toMatchObject({result: 'success', message: 'service healthy'});
    expect(sent).toBe('\x00\x00\x00\x00\x06\x0a\x04quiz');
  });
  it('fails where it is not', async () =>
    expect((await health(NOT_SERVING)).outcome).toMatchObject({
      result: 'failure',
      message: 'service unhealthy (responded with "NOT_SERVING")',
    }));
  it('names a server without the protocol', async () =>
    expect((await health(null, '12')).outcome).toMatchObject({
      result: 'failure',
      message: 'error: this server does not implement the grpc health protocol (grpc.health.v1.Health): said so',
    }));
  it('waits out its deadline where nobody listens', async () => {
    const nobody = await closedPort();
    expect(await probe({grpc: {port: nobody}})).toMatchObject({
      result: 'failure',
      message: `timeout: failed to connect service "${POD}:${nobody}" within 1s: context deadline exceeded`,
    });
  });
  it('takes a server that says nothing, or speaks HTTP/1, for none', async () => {
    const servers = [createServer(() => {}), createHttp((_, response) => response.end())];
    for (const server of servers) {
      const {port, close} = await listening(server);
      expect(await probe({grpc: {port}})).toMatchObject({
        result: 'failure',
        message: `timeout: failed to connect service "${POD}:${port}" within 1s: context deadline exceeded`,
      });
      void close();
    }
  });
});
