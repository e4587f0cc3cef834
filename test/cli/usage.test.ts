import {describe, expect, it} from 'vitest';
import {runAll, runKiada, SNAPSHOT} from './run-kiada.ts';

const SUITE = ['--snapshot', SNAPSHOT];

/** Command lines that are wrong by themselves, with the one sentence and the hint that they get. */
const WRONG: readonly {argv: readonly string[]; message: string; hint: string}[] = [
  {argv: ['svc', 'list', '--foo'], message: 'there is no flag --foo', hint: 'Run the command with --help to see what it takes.'},
  {argv: ['svc', 'list', '--namespce', 'x'], message: 'there is no flag --namespce', hint: 'Did you mean: --namespace'},
  {argv: ['svc', 'lst'], message: 'there is no command "svc lst"', hint: 'Did you mean: kiada svc list'},
  {argv: ['svcc'], message: 'there is no command "svcc"', hint: 'Did you mean: kiada svc --help'},
  {argv: ['frobnicate'], message: 'there is no command "frobnicate"', hint: 'List them with: kiada --help'},
  {
    argv: ['-n', 'kiada', 'svc', 'list'],
    message: 'the flag -n stands before the command',
    hint: 'Write the command first, then its flags, such as: kiada svc list -n kiada',
  },
  {
    argv: ['svc', 'route'],
    message: 'an argument is missing: SERVICE (The Service)',
    hint: 'Run the command with --help to see what it takes.',
  },
  {argv: ['svc', 'route', 'a', 'b'], message: 'unexpected argument: b', hint: 'Run the command with --help to see what it takes.'},
  {
    argv: ['svc', 'route', 'quote', ...SUITE, '--via', 'nope'],
    message: 'expected --via=nope to be one of: clusterip, nodeport, loadbalancer, externalip, headless, externalname, all',
    hint: 'Run the command with --help to see what it takes.',
  },
  {
    argv: ['endpoints', 'watch', 'quote', '--timeout', 'soon'],
    message: '--timeout: "soon" is not a duration',
    hint: 'Write it like 500ms, 10s, 2m or 1h.',
  },
  {
    argv: ['sandbox', 'up', '--nodes', 'many'],
    message: '--nodes: Expected an integer but received: many',
    hint: 'Run the command with --help to see what it takes.',
  },
  {
    argv: ['probe', 'svc/a', '--http', '/', '--tcp'],
    message: '--tcp=true cannot also be provided when using --http',
    hint: 'Run the command with --help to see what it takes.',
  },
  {
    argv: ['sandbox', 'status', '--name', 'No Label'],
    message: '"No Label" is no name for a sandbox',
    hint: 'a sandbox name is a DNS label: lower-case letters, digits and dashes, 63 at the most',
  },
  {
    argv: ['svc', 'describe', 'pod/quote', ...SUITE],
    message: '"pod/quote" does not name a Service',
    hint: 'Write it like quote or svc/quote.',
  },
];

const plain = await runAll(WRONG.map(({argv}) => argv));
const json = await runAll(WRONG.map(({argv}) => [...argv, '-o', 'json']));

describe('wrong usage', () => {
  for (const [index, {argv, message, hint}] of WRONG.entries()) {
    it(`is told in one sentence and a hint, exit 2: kiada ${argv.filter((word) => word !== SNAPSHOT).join(' ')}`, () => {
      expect(plain[index]).toEqual({stdout: '', stderr: `error: ${message}\n${hint}\n`, exitCode: 2});
      expect(json[index]).toMatchObject({stderr: '', exitCode: 2});
      expect(JSON.parse(json[index]?.stdout ?? '')).toEqual({error: {code: 'USAGE', message, hint, causes: []}});
    });
  }

  it('shows a topic with its commands where only the topic is named, exit 2', async () => {
    const {stdout, exitCode} = await runKiada(['sandbox']);
    expect(stdout).toContain('sandbox up');
    expect(exitCode).toBe(2);
  });
});

describe('help', () => {
  const LINES = [['--help'], ['help'], ['help', 'svc', 'route'], ['svc', 'route', '--help'], ['svc', '-h']];
  it('is no error, however it is asked for', async () => {
    const runs = await runAll(LINES);
    for (const [index, argv] of LINES.entries()) {
      expect(runs[index]?.stdout, argv.join(' ')).toContain('USAGE');
      expect(runs[index], argv.join(' ')).toMatchObject({stderr: '', exitCode: 0});
    }
  });

  it('is not what a Service of that name is', async () => {
    expect(await runKiada(['svc', 'describe', 'help', ...SUITE])).toMatchObject({exitCode: 3});
  });
});

describe('flags', () => {
  it('that may be repeated take one value each time, so that arguments may follow', async () => {
    const {stdout, exitCode} = await runKiada([
      'svc',
      'route',
      '--without',
      'quote-001',
      '--without',
      'quote-canary',
      'quote',
      ...SUITE,
      '-o',
      'json',
    ]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).whatIf).toEqual(['without pod/quote-001', 'without pod/quote-canary']);
  });

  it('-o name prints names, and is refused where there are none', async () => {
    const [list, route] = await runAll([
      ['svc', 'list', ...SUITE, '-o', 'name'],
      ['svc', 'route', 'quote', ...SUITE, '-o', 'name'],
    ]);
    expect(list?.stdout.split('\n')[0]).toBe('service/kiada');
    expect(route).toMatchObject({exitCode: 2, stdout: ''});
  });

  it('-o yaml prints what -o json prints', async () => {
    const {parse} = await import('yaml');
    const [yaml, json] = await Promise.all(
      ['yaml', 'json'].map((format) => runKiada(['svc', 'describe', 'quote', ...SUITE, '-o', format])),
    );
    expect(parse(yaml?.stdout ?? '')).toEqual(JSON.parse(json?.stdout ?? ''));
  });
});
