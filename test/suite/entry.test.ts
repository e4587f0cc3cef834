import {spawn} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import https from 'node:https';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {DEMO_CERTIFICATE, DEMO_KEY} from '../../src/suite/setups/demo-certificate.ts';
import {eventually} from '../program/memory-host.ts';

function start(entry: string, args: readonly string[], env: Readonly<Record<string, string>>) {
  const file = new URL(`../../src/suite/entry/${entry}.ts`, import.meta.url).pathname;
  const child = spawn(process.execPath, [file, ...args], {
    env: {PATH: process.env['PATH'], LISTEN_HOST: '127.0.0.1', ...env},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return {child, exited, output: () => output};
}

/** A port that nobody had a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe("the suite's programs as processes of their own", () => {
  test('Kiada and Quiz serve on loopback, work together, and end with 0 on SIGTERM', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'suite-'));
    const [kiadaPort, quizPort] = [await freePort(), await freePort()];
    const quiz = start('quiz-api', ['--listen-address', `:${quizPort}`], {QUIZ_DATABASE: join(folder, 'quiz.db'), POD_NAME: 'quiz'});
    const kiada = start('kiada', ['--listen-port', String(kiadaPort)], {POD_NAME: 'kiada-001', QUIZ_URL: `http://127.0.0.1:${quizPort}`});
    const report = await eventually(async () => {
      const response = await fetch(`http://127.0.0.1:${kiadaPort}/json`).catch(() => null);
      const json = (await response?.json()) as {pod: string; question: {id: number | null}; clientIP: string} | undefined;
      return json?.question.id ? json : null;
    }, 15_000);
    expect(report).toMatchObject({pod: 'kiada-001', clientIP: '127.0.0.1'});
    quiz.child.kill('SIGTERM');
    kiada.child.kill('SIGTERM');
    expect([await quiz.exited, await kiada.exited]).toEqual([0, 0]);
    rmSync(folder, {recursive: true});
  });

  test('Kiada ends with 1 and one line where its port is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const {port} = server.address() as {port: number};
    const kiada = start('kiada', ['--listen-port', String(port)], {});
    expect(await kiada.exited).toBe(1);
    expect(kiada.output()).toContain('EADDRINUSE');
    expect(kiada.output()).not.toContain('    at ');
    server.close();
  });

  test('the quote writer writes a file and ends with 0 on SIGTERM', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'suite-'));
    const writer = start('quote-writer', [join(folder, 'quote')], {});
    await eventually(() => writer.output().includes('Wrote a quote'), 15_000);
    expect(readFileSync(join(folder, 'quote'), 'utf8').trim()).not.toBe('');
    writer.child.kill('SIGTERM');
    expect(await writer.exited).toBe(0);
    rmSync(folder, {recursive: true});
  });

  test('the TLS proxy hands requests on to Kiada, is ready at its admin port, and ends with 0 on SIGTERM', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'suite-'));
    writeFileSync(join(folder, 'crt'), DEMO_CERTIFICATE);
    writeFileSync(join(folder, 'key'), DEMO_KEY);
    const [kiadaPort, tlsPort, adminPort] = [await freePort(), await freePort(), await freePort()];
    const kiada = start('kiada', ['--listen-port', String(kiadaPort)], {POD_NAME: 'kiada-001'});
    const files = ['--certificate', join(folder, 'crt'), '--key', join(folder, 'key')];
    const ports = ['--listen-port', String(tlsPort), '--target-port', String(kiadaPort), '--admin-port', String(adminPort)];
    const proxy = start('tls-proxy', [...files, ...ports], {});
    await eventually(async () => (await fetch(`http://127.0.0.1:${adminPort}/ready`).catch(() => null))?.status === 200, 15_000);
    const pod = await eventually(() => podOverTls(tlsPort).catch(() => null), 15_000);
    expect(pod).toBe('kiada-001');
    proxy.child.kill('SIGTERM');
    kiada.child.kill('SIGTERM');
    expect([await proxy.exited, await kiada.exited]).toEqual([0, 0]);
    rmSync(folder, {recursive: true});
  });

  test('the TLS proxy ends with 2 and one line where its certificate is missing', async () => {
    const proxy = start('tls-proxy', ['--certificate', '/nowhere/crt', '--listen-port', '0', '--admin-port', '0'], {});
    expect(await proxy.exited).toBe(2);
    expect(proxy.output()).toMatch(/^tls-proxy: certificate \/nowhere\/crt .*ENOENT.*\n$/);
  });
});

/** The pod that answers over TLS, with the demonstration's certificate trusted for the name that it bears. */
function podOverTls(port: number): Promise<string | null> {
  const {promise, resolve, reject} = Promise.withResolvers<string | null>();
  const options = {
    host: '127.0.0.1',
    port,
    path: '/healthz/ready',
    ca: DEMO_CERTIFICATE,
    servername: 'kiada.example.com',
    agent: false as const,
  };
  https
    .get(options, (response) => {
      response.resume();
      resolve(String(response.headers['x-kiada-pod'] ?? '') || null);
    })
    .on('error', reject);
  return promise;
}
