import {describe, expect, test} from 'vitest';
import {requestHttp} from '../../../src/program/index.ts';
import {builtinImages} from '../../../src/sandbox/images/index.ts';
import {suiteImages} from '../../../src/suite/index.ts';
import {eventually, MemoryNetwork, runProgram} from '../../program/memory-host.ts';

const imageOf = (name: string) => {
  const image = builtinImages().find(({names}) => names.includes(name));
  if (image === undefined) throw new Error(`no image ${name}`);
  return image;
};
const programOf = (image: string, name: string) => {
  const program = imageOf(image).programs[name];
  if (program === undefined) throw new Error(`no program ${name} in ${image}`);
  return program;
};

describe('the image catalogue', () => {
  test('holds the images of the documentation, each name once', () => {
    const names = [...builtinImages(), ...suiteImages()].flatMap((image) => image.names);
    for (const name of [
      'nginx',
      'busybox',
      'alpine',
      'mongo',
      'envoyproxy/envoy',
      'curlimages/curl',
      'node',
      'registry.k8s.io/pause',
      'luksa/kiada',
      'luksa/quiz-api',
    ]) {
      expect(names).toContain(name);
    }
    expect(new Set(names).size).toBe(names.length);
  });

  test('starts each image with a program of its own or with the shell', () => {
    for (const {names, entrypoint, cmd, programs, hasShell} of [...builtinImages(), ...suiteImages()]) {
      const command = [...entrypoint, ...cmd][0];
      if (command === undefined) continue;
      const base = command.slice(command.lastIndexOf('/') + 1);
      expect(Object.hasOwn(programs, base) || (hasShell && ['sh', 'curl'].includes(base)), names[0]).toBe(true);
    }
  });
});

describe('the small images', () => {
  const network = new MemoryNetwork();
  const client = network.host('10.0.0.9');
  const get = (url: string) => eventually(() => requestHttp(client, {url, timeoutMs: 2000}).catch(() => null));

  test('whoami says who answered and whom it saw', async () => {
    const host = {network: network.host('10.0.0.1', 'whoami'), env: {POD_NAME: 'who-1', NODE_NAME: 'node-2'}};
    const running = runProgram(programOf('whoami', 'whoami'), host);
    const answer = await get('http://whoami/x');
    expect(answer.headers['x-kiada-pod']).toBe('who-1');
    expect(JSON.parse(answer.body.toString())).toMatchObject({
      pod: 'who-1',
      node: 'node-2',
      client: {address: '10.0.0.9'},
      request: {url: '/x'},
    });
    running.signalled('SIGTERM');
    expect(await running.exited).toBe(0);
  });

  test('agnhost netexec tells its hostname and the client, and echoes with a status', async () => {
    const agnhost = programOf('registry.k8s.io/e2e-test-images/agnhost', 'agnhost');
    const running = runProgram(agnhost, {
      network: network.host('10.0.0.2', 'agn'),
      args: ['agnhost', 'netexec', '--http-port=8081'],
      hostname: 'agn-1',
    });
    expect((await get('http://agn:8081/hostname')).body.toString()).toBe('agn-1');
    expect((await get('http://agn:8081/clientip')).body.toString()).toMatch(/^10\.0\.0\.9:\d+$/);
    const echo = await get('http://agn:8081/echo?msg=hi&code=202');
    expect([echo.status, echo.body.toString()]).toEqual([202, 'hi']);
    expect((await get('http://agn:8081/redirect?location=%0Ax')).status).toBe(500);
    expect((await get('http://agn:8081/healthz')).status).toBe(200);
    running.kill();
    await running.exited;
  });

  test('pause waits for its end', async () => {
    const running = runProgram(programOf('registry.k8s.io/pause', 'pause'), {network: client});
    running.signalled('SIGTERM');
    expect(await running.exited).toBe(0);
  });

  test('node says its version, and that it runs no scripts', async () => {
    const node = programOf('node', 'node');
    const version = runProgram(node, {network: client, args: ['node', '--version']});
    expect(await version.exited).toBe(0);
    expect(version.output()).toMatch(/^v\d+\./);
    expect(await runProgram(node, {network: client, args: ['node', 'x.js']}).exited).toBe(1);
  });
});
