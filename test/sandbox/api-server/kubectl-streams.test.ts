import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import type {Readable} from 'node:stream';
import {describe, expect, it, onTestFinished} from 'vitest';
import {echoRuntime} from './echo-runtime.ts';
import {findKubectl, kubectl, startKubectl} from './kubectl.ts';
import {type RunningServer, runServer} from './running-server.ts';

async function withPod(): Promise<RunningServer> {
  const server = await runServer({runtime: echoRuntime()});
  server.api.create('pods', {
    metadata: {name: 'p', namespace: 'default'},
    spec: {containers: [{name: 'c', image: 'nginx', ports: [{containerPort: 80}]}]},
  });
  server.api.bind('default', 'p', 'node1');
  server.api.change(
    'pods',
    'default',
    'p',
    (draft) => {
      draft.status.phase = 'Running';
      draft.status.podIP = '127.0.0.1';
      draft.status.podIPs = [{ip: '127.0.0.1'}];
    },
    {subresource: 'status'},
  );
  return server;
}

/** A web server of the host that stands for the pod's. */
async function web(): Promise<number> {
  const server = createServer((request, response) => response.end(`${request.method} ${request.url} ${'x'.repeat(200_000)} end`));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** The local ports that port-forward says it listens on. Its output stays open: without it kubectl would end. */
function forwardedPorts(output: Readable, count: number): Promise<string[]> {
  const {promise, resolve} = Promise.withResolvers<string[]>();
  let text = '';
  output.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    const ports = [...text.matchAll(/127\.0\.0\.1:(\d+) ->/g)].map((match) => match[1] ?? '');
    if (ports.length >= count) resolve(ports);
  });
  return promise;
}

describe.skipIf(findKubectl() === null)('kubectl with a running pod (skipped without kubectl)', () => {
  it('logs: whole, the tail, with times', async () => {
    const server = await withPod();
    expect(await kubectl(server, ['logs', 'p'])).toMatchObject({code: 0, stdout: 'first\nsecond\nthird\n'});
    expect(await kubectl(server, ['logs', 'p', '--tail=1', '--timestamps'])).toMatchObject({
      stdout: '2030-01-01T00:00:00.000000000Z third\n',
    });
    expect(await kubectl(server, ['logs', '-f', 'p'])).toMatchObject({code: 0, stdout: 'first\nsecond\nthird\nand more\n'});
    const missing = await kubectl(server, ['logs', 'p', '-c', 'missing']);
    expect(missing).toMatchObject({code: 1, stderr: expect.stringContaining('container missing is not valid for pod p')});
  }, 60_000);

  it('exec: output, errors, exit code, input to its end', async () => {
    const server = await withPod();
    expect(await kubectl(server, ['exec', 'p', '--', 'echo', 'hello', 'there'])).toMatchObject({
      code: 0,
      stdout: 'hello there\n',
      stderr: expect.stringContaining('to stderr'),
    });
    expect(await kubectl(server, ['exec', 'p', '--', 'exit', '7'])).toMatchObject({
      code: 7,
      stderr: expect.stringContaining('exit code 7'),
    });
    expect(await kubectl(server, ['exec', '-i', 'p', '--', 'cat'], 'from stdin')).toMatchObject({code: 0, stdout: 'from stdin'});
    expect((await kubectl(server, ['exec', 'p', '--', 'big'])).stdout.length).toBe(64 * 65_536);
    expect(await kubectl(server, ['exec', 'p', '--', 'nope'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('executable file not found'),
    });
    expect(await kubectl(server, ['exec', 'p', '-c', 'zz', '--', 'echo'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('container zz is not valid for pod p'),
    });
  }, 60_000);

  it('port-forward: several requests, and a port where nobody listens', async () => {
    const server = await withPod();
    const port = await web();
    const child = startKubectl(server, ['port-forward', 'pod/p', `:${port}`, ':1']);
    onTestFinished(() => void child.kill());
    const locals = await forwardedPorts(child.stdout, 2);
    for (let i = 0; i < 5; i++) {
      const answer = await fetch(`http://127.0.0.1:${locals[0]}/page/${i}`);
      expect(await answer.text()).toBe(`GET /page/${i} ${'x'.repeat(200_000)} end`);
    }
    await expect(fetch(`http://127.0.0.1:${locals[1]}/`)).rejects.toThrow();
  }, 60_000);

  it('get --raw through the proxy of a pod', async () => {
    const server = await withPod();
    const port = await web();
    const answer = await kubectl(server, ['get', '--raw', `/api/v1/namespaces/default/pods/p:${port}/proxy/a/b?c=d`]);
    expect(answer.stdout).toContain('GET /a/b?c=d xxx');
    const refused = await kubectl(server, ['get', '--raw', '/api/v1/namespaces/default/pods/p:1/proxy/']);
    expect(refused).toMatchObject({code: 1, stderr: expect.stringContaining('connection refused')});
  }, 60_000);
});
