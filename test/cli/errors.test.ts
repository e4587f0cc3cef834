import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {writeFileSync} from 'node:fs';
import http from 'node:http';
import type {AddressInfo} from 'node:net';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, it, vi} from 'vitest';
import {reportError} from '../../src/cli/report-error.ts';
import {ERROR_CODES, type ErrorCode, KiadaError} from '../../src/errors.ts';
import {emptyFolder, environment, ROOT, type Run, runAll, SNAPSHOT} from './run-kiada.ts';

/** What reporting an error writes, and the exit code that it leaves. */
function reported(thrown: unknown, argv: readonly string[]): {stdout: string; stderr: string; exitCode: unknown} {
  const written = {stdout: '', stderr: ''};
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((chunk) => {
      written[stream] += String(chunk);
      return true;
    }),
  );
  const before = process.exitCode;
  reportError(thrown, argv);
  const {exitCode} = process;
  process.exitCode = before;
  for (const spy of spies) spy.mockRestore();
  return {...written, exitCode};
}

describe('every error of the table', () => {
  for (const [code, {exitCode, hint}] of Object.entries(ERROR_CODES)) {
    it(`${code} ends with ${exitCode}, plain and with -o json alike`, () => {
      const error = new KiadaError(code as ErrorCode, 'it went wrong', {cause: new Error('because')});
      const plain = reported(error, ['svc', 'list']);
      expect(plain).toEqual({stdout: '', stderr: `error: it went wrong\n${hint === null ? '' : `${hint}\n`}`, exitCode});
      const json = reported(error, ['svc', 'list', '-o', 'json']);
      expect(json).toMatchObject({stderr: '', exitCode});
      expect(JSON.parse(json.stdout)).toEqual({error: {code, message: 'it went wrong', hint, causes: ['because']}});
    });
  }

  it('is one line, whatever the cluster put into it', () => {
    const {stderr} = reported(new KiadaError('NOT_FOUND', 'no pod "a\nb\u001b[31m"'), []);
    expect(stderr).toBe('error: no pod "a␊b␛[31m"\n');
  });

  it('shows its causes with --verbose', () => {
    const error = new KiadaError('UNREACHABLE', 'away', {cause: new Error('reset', {cause: new Error('ECONNRESET')}), hint: null});
    expect(reported(error, ['--verbose']).stderr).toBe('error: away\n  caused by: reset\n  caused by: ECONNRESET\n');
  });
});

describe('a bug', () => {
  it('says so, keeps its stack for --verbose, and ends as an answer that cannot be known', () => {
    const bug = new TypeError('x is undefined');
    expect(reported(bug, [])).toEqual({
      stdout: '',
      stderr: 'kiada: a bug of kiada itself: x is undefined\nRun it again with --verbose and report what it prints.\n',
      exitCode: 4,
    });
    expect(reported(bug, ['--verbose']).stderr).toContain('errors.test.ts');
    expect(JSON.parse(reported(bug, ['-o', 'json']).stdout)).toEqual({
      error: {code: 'INTERNAL', message: 'x is undefined', hint: null, causes: []},
    });
  });
});

interface Case {
  readonly what: string;
  readonly argv: readonly string[];
  readonly code: string;
  readonly exitCode: number;
  readonly message: RegExp;
  readonly hint?: RegExp;
}

describe('what goes wrong for real', () => {
  const folder = emptyFolder();
  const SUITE = ['--snapshot', SNAPSHOT];
  const at = (name: string) => ['--kubeconfig', path.join(folder, name)];
  const server = http.createServer((request, response) => {
    const code = request.headers.authorization === 'Bearer eve' ? 403 : 401;
    const message = code === 403 ? 'services is forbidden: User "eve" cannot list resource "services"' : 'Unauthorized';
    response.writeHead(code, {'content-type': 'application/json'});
    response.end(JSON.stringify({kind: 'Status', code, message, reason: code === 403 ? 'Forbidden' : 'Unauthorized'}));
  });
  const CASES: readonly Case[] = [
    {
      what: 'no cluster',
      argv: ['svc', 'list'],
      code: 'NO_CLUSTER',
      exitCode: 4,
      message: /^no kubeconfig names a cluster/,
      hint: /kiada sandbox up/,
    },
    {
      what: 'a kubeconfig that is not there',
      argv: ['svc', 'list', ...at('gone')],
      code: 'INVALID_KUBECONFIG',
      exitCode: 2,
      message: /^there is no kubeconfig file/,
    },
    {
      what: 'a context that is not there',
      argv: ['svc', 'list', ...at('closed'), '--context', 'other'],
      code: 'NO_CLUSTER',
      exitCode: 4,
      message: /^the kubeconfig has no context "other"$/,
      hint: /it has: test$/,
    },
    {
      what: 'a cluster that is not there',
      argv: ['svc', 'list', ...at('closed')],
      code: 'UNREACHABLE',
      exitCode: 4,
      message: /^http:\/\/127\.0\.0\.1:1 is not reachable: connection refused$/,
    },
    {what: 'no credentials', argv: ['svc', 'list', ...at('nobody')], code: 'UNAUTHORIZED', exitCode: 4, message: /^Unauthorized$/},
    {what: 'a missing right', argv: ['svc', 'list', ...at('eve')], code: 'FORBIDDEN', exitCode: 4, message: /^services is forbidden/},
    {
      what: 'a snapshot that is not there',
      argv: ['svc', 'list', '--snapshot', '/no/such/file'],
      code: 'INVALID_SNAPSHOT',
      exitCode: 2,
      message: /^\/no\/such\/file cannot be read: ENOENT$/,
    },
    {
      what: 'a question that a snapshot cannot answer',
      argv: ['svc', 'list', ...SUITE, '--watch'],
      code: 'UNKNOWABLE',
      exitCode: 4,
      message: /^--watch needs a cluster/,
    },
    {
      what: 'a Service that does not exist',
      argv: ['svc', 'describe', 'qoute', ...SUITE],
      code: 'SERVICE_NOT_FOUND',
      exitCode: 3,
      message: /^there is no Service "qoute" in namespace "kiada"$/,
      hint: /^Did you mean: quote/,
    },
    {
      what: 'a pod that does not exist',
      argv: ['svc', 'route', 'quote', '--from', 'pod/kiada-01', ...SUITE],
      code: 'NOT_FOUND',
      exitCode: 3,
      message: /^there is no pod "kiada-01"/,
      hint: /kiada-001/,
    },
    {
      what: 'a setup that does not exist',
      argv: ['setup', 'show', 'qiuz'],
      code: 'SETUP_NOT_FOUND',
      exitCode: 3,
      message: /^there is no setup "qiuz"$/,
      hint: /^Did you mean: quiz$/,
    },
    {
      what: 'a finding code that does not exist',
      argv: ['explain', 'KIA9999'],
      code: 'FINDING_CODE_UNKNOWN',
      exitCode: 3,
      message: /KIA9999/,
    },
    {
      what: 'a sandbox that does not run',
      argv: ['sandbox', 'kubeconfig'],
      code: 'SANDBOX_NOT_RUNNING',
      exitCode: 4,
      message: /^the sandbox "default" does not run$/,
      hint: /kiada sandbox up/,
    },
    {
      what: 'a manifest that is none',
      argv: ['apply', '-f', path.join(ROOT, 'package.json'), ...at('closed')],
      code: 'INVALID_MANIFEST',
      exitCode: 2,
      message: /package\.json:1: apiVersion is missing$/,
    },
    {
      what: 'a namespace that is asked for with a selector that is none',
      argv: ['svc', 'list', ...SUITE, '-l', 'a b'],
      code: 'USAGE',
      exitCode: 2,
      message: /label selector "a b"/,
    },
  ];
  let plain: readonly Run[] = [];
  let json: readonly Run[] = [];

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const write = (name: string, to: string, user: object) =>
      writeFileSync(
        path.join(folder, name),
        JSON.stringify({
          clusters: [{name: 'test', cluster: {server: to}}],
          users: [{name: 'test', user}],
          contexts: [{name: 'test', context: {cluster: 'test', user: 'test'}}],
          'current-context': 'test',
        }),
      );
    write('closed', 'http://127.0.0.1:1', {});
    write('nobody', url, {});
    write('eve', url, {token: 'eve'});
    plain = await runAll(CASES.map(({argv}) => argv));
    json = await runAll(CASES.map(({argv}) => [...argv, '-o', 'json']));
  });
  afterAll(() => void server.close());

  for (const [index, {what, code, exitCode, message, hint}] of CASES.entries()) {
    it(`is told by its code, one sentence and exit ${exitCode}: ${what}`, () => {
      const run = plain[index] as Run;
      expect(run).toMatchObject({stdout: '', exitCode});
      const lines = run.stderr.trimEnd().split('\n');
      expect(lines.length).toBeLessThanOrEqual(2);
      expect(lines[0]?.replace(/^error: /, '')).toMatch(message);
      expect(run.stderr).not.toMatch(/\n\s+at /);
      if (hint) expect(lines[1]).toMatch(hint);
      const same = json[index] as Run;
      expect(same).toMatchObject({stderr: '', exitCode});
      expect(JSON.parse(same.stdout)).toMatchObject({error: {code, message: expect.stringMatching(message)}});
    });
  }
});

describe('a reader that goes away', () => {
  it('ends the command quietly', async () => {
    const argv = ['svc', 'describe', '--snapshot', SNAPSHOT, '-o', 'json'];
    const kiada = spawn(process.execPath, [path.join(ROOT, 'bin', 'dev.js'), ...argv], {
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    kiada.stderr.on('data', (chunk) => {
      stderr += String(chunk);
    });
    kiada.stdout.destroy();
    const [code] = await once(kiada, 'close');
    expect({stderr, code}).toEqual({stderr: '', code: 0});
  });
});
