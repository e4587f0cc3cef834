import type http from 'node:http';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {requestHttp} from '../../src/program/index.ts';
import {kiada, nodeContext} from '../../src/suite/index.ts';
import {eventually, MemoryNetwork, type RunningProgram, runProgram} from '../program/memory-host.ts';
import {plainServer} from './plain-server.ts';

const ENV = {
  POD_NAME: 'kiada-001',
  POD_IP: '10.0.0.1',
  NODE_NAME: 'node-1',
  NODE_IP: '172.18.0.2',
  QUOTE_URL: 'http://quote/quote',
  QUIZ_URL: 'http://quiz',
  INITIAL_STATUS_MESSAGE: 'All is well',
  UPSTREAM_TIMEOUT_MS: '300',
};
const QUESTION = {id: 7, text: 'Which?', answers: ['this', 'that'], correctAnswerIndex: 1};

let network: MemoryNetwork;
let running: RunningProgram;

beforeEach(() => {
  network = new MemoryNetwork();
  running = runProgram(kiada, {network: network.host('10.0.0.1', 'kiada'), env: ENV, hostname: 'kiada-001'});
});
afterEach(async () => {
  running.kill();
  await running.exited;
});

function upstreams(): void {
  plainServer(network.host('10.0.0.3', 'quote'), 80, (_request, response) => response.end('Count the endpoints.\n'));
  plainServer(network.host('10.0.0.4', 'quiz'), 80, (request, response) => {
    if (request.url === '/questions/random') return response.end(JSON.stringify(QUESTION));
    if (request.method !== 'POST') return response.writeHead(404).end('ERROR: not found\n');
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => response.setHeader('Content-Type', 'application/json').end(`{"path":"${request.url}","got":${body}}`));
  });
}

const call = (path: string, options: {method?: string; headers?: http.OutgoingHttpHeaders; body?: Buffer} = {}) =>
  requestHttp(network.host('10.0.0.9'), {url: `http://kiada:8080${path}`, timeoutMs: 3000, ...options});

describe('Kiada', () => {
  test('shows curl the quote, the question and who answered, as text', async () => {
    upstreams();
    const answer = await call('/', {headers: {Accept: '*/*'}});
    const text = answer.body.toString();
    expect(answer.headers['content-type']).toContain('text/plain');
    for (const part of [
      'Count the endpoints.',
      'Which?',
      '0) this',
      '1) that',
      '"kiada-001"',
      '"node-1"',
      'Client IP: 10.0.0.9',
      'Node IP: 172.18.0.2',
      'All is well',
    ]) {
      expect(text).toContain(part);
    }
  });

  test('sends a browser to its page', async () => {
    const answer = await call('/', {headers: {Accept: 'text/html,application/xhtml+xml'}});
    expect([answer.status, answer.headers.location]).toEqual([302, 'html']);
  });

  for (const [path, headers] of [
    ['/json', {}],
    ['/', {Accept: 'application/json'}],
  ] as const) {
    test(`gives the whole report as JSON at ${path}`, async () => {
      upstreams();
      expect(JSON.parse((await call(path, {headers})).body.toString())).toEqual({
        quote: 'Count the endpoints.',
        question: {id: 7, text: 'Which?', answers: ['this', 'that']},
        pod: 'kiada-001',
        node: 'node-1',
        podIP: '10.0.0.1',
        nodeIP: '172.18.0.2',
        clientIP: '10.0.0.9',
        hostname: 'kiada-001',
        version: '0.5',
        status: 'All is well',
      });
    });
  }

  test('names its pod in a header of every reply, errors included', async () => {
    for (const path of ['/', '/html', '/json', '/healthz/ready', '/favicon.ico', '/proxy/quote', '/nowhere']) {
      expect((await call(path)).headers['x-kiada-pod'], path).toBe('kiada-001');
    }
  });

  test('says what failed where Quote and Quiz cannot be reached', async () => {
    const answer = await call('/text');
    expect(answer.status).toBe(200);
    expect(answer.body.toString()).toContain('ERROR: connection to quote refused');
    expect(answer.body.toString()).toContain('ERROR: connection to quiz refused');
  });

  test('gives up on a Quote that does not answer, and shows the rest', async () => {
    upstreams();
    const silent = new MemoryNetwork();
    silent.host('10.0.0.3', 'quote').listen({port: 80}, (connection) => connection.resume());
    const other = runProgram(kiada, {network: silent.host('10.0.0.1', 'kiada'), env: ENV});
    const answer = await requestHttp(silent.host('10.0.0.9'), {url: 'http://kiada:8080/text', timeoutMs: 3000});
    expect(answer.body.toString()).toContain('ERROR: quote did not answer in time');
    other.kill();
  });

  test('passes a failing status of Quote on as an error in the text', async () => {
    plainServer(network.host('10.0.0.3', 'quote'), 80, (_request, response) => response.writeHead(404).end('no'));
    expect((await call('/text')).body.toString()).toContain('ERROR: http://quote/quote answered 404');
  });

  test('proxies the quote as a JSON string', async () => {
    upstreams();
    expect((await call('/proxy/quote')).body.toString().trim()).toBe('"Count the endpoints."');
  });

  test('proxies an answer to Quiz with its body and status', async () => {
    upstreams();
    const body = Buffer.from('{"questionId":7,"answerIndex":1}');
    const answer = await call('/proxy/quiz/questions/7/answers', {method: 'POST', body});
    expect(JSON.parse(answer.body.toString())).toEqual({path: '/questions/7/answers', got: {questionId: 7, answerIndex: 1}});
    expect((await call('/proxy/quiz/questions/99')).status).toBe(404);
  });

  test('answers 502 on its proxy paths where the other service is away', async () => {
    expect((await call('/proxy/quote')).status).toBe(502);
    expect((await call('/proxy/quiz/questions/random')).status).toBe(502);
  });

  test('does not let a proxy path name another host', async () => {
    const other: string[] = [];
    plainServer(network.host('10.0.0.66', 'evil'), 80, (request, response) => response.end(other.push(request.url ?? '')));
    expect((await call('/proxy/quiz@evil/')).status).toBe(404);
    expect(other).toEqual([]);
  });

  test('refuses methods that it does not know', async () => {
    expect((await call('/text', {method: 'DELETE'})).status).toBe(405);
    expect((await call('/proxy/quiz/questions/1', {method: 'DELETE'})).status).toBe(405);
  });

  test('escapes what others told it in its page', async () => {
    running.type('<script>alert(1)</script>');
    await eventually(() => running.output().includes('Status message set to'));
    const page = (await call('/html')).body.toString();
    expect(page).not.toContain('<script>alert(1)');
    expect(page).toContain('&lt;script&gt;alert(1)');
  });

  test('takes its status message from standard input', async () => {
    running.type('Lunch break');
    await eventually(async () => JSON.parse((await call('/json')).body.toString()).status === 'Lunch break');
  });

  test('logs each request with its path and client', async () => {
    await call('/healthz/ready');
    expect(running.output()).toMatch(/^\S+Z Received request for \/healthz\/ready from 10\.0\.0\.9$/m);
  });

  test('ends with 0 on SIGTERM', async () => {
    await call('/healthz/ready');
    running.signalled('SIGTERM');
    expect(await running.exited).toBe(0);
  });

  test('asks its own dummy pages where it is given no URLs', async () => {
    const alone = runProgram(kiada, {
      network: network.host('10.0.0.5', 'alone'),
      args: ['kiada', '--listen-port=9090'],
      hostname: 'alone-1',
    });
    const answer = await requestHttp(network.host('10.0.0.9'), {url: 'http://alone:9090/json', timeoutMs: 3000});
    const report = JSON.parse(answer.body.toString());
    expect(report).toMatchObject({pod: 'alone-1', question: {id: 0}});
    expect(report.quote).not.toContain('ERROR');
    alone.kill();
  });

  test('refuses a port that is none and a URL that is none', async () => {
    const host = network.host('10.0.0.6');
    expect(await runProgram(kiada, {network: host, args: ['kiada', '--listen-port', 'http']}).exited).toBe(2);
    expect(await runProgram(kiada, {network: host, env: {QUOTE_URL: 'quote'}}).exited).toBe(2);
  });

  test('ends with 1 where its port is taken', async () => {
    const second = runProgram(kiada, {network: network.host('10.0.0.1', 'kiada')});
    expect(await second.exited).toBe(1);
    expect(second.output()).toContain('EADDRINUSE');
  });

  test('runs on plain Node with real sockets', async () => {
    const killed = new AbortController();
    const real = nodeContext({
      args: ['kiada', '--listen-port', '0'],
      env: {POD_NAME: 'real'},
      listenHost: '127.0.0.1',
      signal: killed.signal,
      stdin: (async function* () {})(),
      stdout: () => {},
    });
    const ports: (() => number)[] = [];
    const listen: typeof real.network.listen = (options, accept) => {
      const listener = real.network.listen(options, accept);
      ports.push(() => listener.port);
      return listener;
    };
    const exited = kiada({...real, network: {...real.network, listen}, onSignal: () => {}});
    const port = await eventually(() => ports[0]?.());
    const response = await fetch(`http://127.0.0.1:${port}/healthz/ready`);
    expect([response.status, response.headers.get('x-kiada-pod')]).toEqual([200, 'real']);
    await response.text();
    killed.abort();
    expect(await exited).toBe(0);
  });
});
