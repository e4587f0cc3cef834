import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import type {ServiceDescribeResult} from '../../src/model/index.ts';
import {lacks} from './programs.ts';
import {TROUBLES} from './troubles.ts';
import {User} from './user.ts';

vi.setConfig({testTimeout: 60_000, hookTimeout: 90_000}); // real processes, on a machine that may be busy
const user = new User();
const SCREEN = {lines: 24, columns: 80};

/** A command to be pasted stands on a line of its own and is never broken. */
const COMMAND = /^ +(kubectl|kiada) /;

describe.skipIf(lacks('kubectl', 'sh'))('the page of a Service in trouble', () => {
  beforeAll(async () => {
    await user.succeed(user.kiada(['sandbox', 'up', '-q']));
    const items = TROUBLES.flatMap(({objects}) => objects);
    const list = JSON.stringify({apiVersion: 'v1', kind: 'List', items});
    await user.succeed(user.tryKubectl(['apply', '-f', '-'], {input: list}));
  });
  afterAll(() => user.leave());

  for (const {service, of, code, says, command, mends} of TROUBLES) {
    test(`of ${of} names the cause and the next command on its first screen`, async () => {
      await expect.poll(() => codesOf(service), {timeout: 30_000, interval: 250}).toContain(code);
      const page = (await user.succeed(user.kiada(['svc', 'describe', service], {env: {COLUMNS: `${SCREEN.columns}`}}))).stdout;
      const lines = page.split('\n');
      expect(lines.filter((line) => [...line].length > SCREEN.columns && !COMMAND.test(line))).toEqual([]);
      const screen = lines.slice(0, SCREEN.lines).join('\n');
      expect(screen).toContain(code);
      expect(screen).toMatch(says);
      expect(screen).toMatch(command);
      if (!mends) return;
      await user.succeed(user.run('sh', ['-c', commandOf(screen, command)]));
      await expect.poll(() => codesOf(service), {timeout: 30_000, interval: 250}).not.toContain(code);
    });
  }

  async function codesOf(service: string): Promise<readonly string[]> {
    const {services} = await user.json<ServiceDescribeResult>(['svc', 'describe', service]);
    return (services[0]?.findings ?? []).map((finding) => finding.code);
  }
});

/** The line of a screen that holds the command, from `kubectl` on. */
function commandOf(screen: string, command: RegExp): string {
  const line = screen.split('\n').find((candidate) => command.test(candidate)) ?? '';
  return line.slice(line.indexOf('kubectl'));
}
