import {spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {createInterface} from 'node:readline';
import {expect, onTestFinished, test} from 'vitest';
import {isDaemon} from '../../src/flows/daemon-process.ts';

const tellsCommandLines = existsSync('/proc/self/cmdline');

test('a process that was started with a sandbox’s settings is a daemon', async () => {
  const child = spawn(process.execPath, ['-e', 'console.log("up"); setInterval(() => 0, 1000)', '{"name":"x","dataDir":"/x"}']);
  onTestFinished(() => void child.kill('SIGKILL'));
  await firstLine(child.stdout);
  expect(isDaemon(child.pid as number)).toBe(true);
});

test.runIf(tellsCommandLines)('a stranger that got the id of a daemon that ended is none', () => {
  expect(isDaemon(process.pid)).toBe(false);
});

test.runIf(tellsCommandLines)('a daemon that was killed and that its parent has not buried is none', async () => {
  const parent = spawn('sh', ['-c', `"${process.execPath}" -e 0 '{"dataDir":"/x"}' & echo $!; exec sleep 20`]);
  onTestFinished(() => void parent.kill('SIGKILL'));
  const pid = Number(await firstLine(parent.stdout));
  await expect.poll(() => isDaemon(pid), {timeout: 10_000}).toBe(false);
  expect(() => process.kill(pid, 0)).not.toThrow(); // it still answers signals
});

test('an id that no process has is none', () => {
  expect(isDaemon(2 ** 22 + 1)).toBe(false);
});

async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({input: stream})) return line;
  return '';
}
