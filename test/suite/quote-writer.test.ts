import {describe, expect, test} from 'vitest';
import {quoteWriter} from '../../src/suite/index.ts';
import {QUOTES} from '../../src/suite/quote/quotes.ts';
import {eventually, MemoryNetwork, memoryFiles, runProgram} from '../program/memory-host.ts';

const network = new MemoryNetwork().host('10.0.0.1');
const OUTPUT = '/var/local/output/quote';

describe("Quote's writer", () => {
  test('writes a quote at once', async () => {
    const files = memoryFiles({});
    const running = runProgram(quoteWriter, {network, files});
    expect(QUOTES).toContain(files.readText(OUTPUT).trim());
    running.signalled('SIGTERM');
    expect(await running.exited).toBe(0);
  });

  test('writes another one after the interval', async () => {
    const files = memoryFiles({});
    const running = runProgram(quoteWriter, {network, files, env: {INTERVAL: '0.02'}});
    const first = files.readText(OUTPUT);
    await eventually(() => files.readText(OUTPUT) !== first);
    running.kill();
    await running.exited;
  });

  test('takes its quotes from a file and its target from an argument', async () => {
    const files = memoryFiles({'/own.txt': 'One.\n%\nOne.\n%\n'});
    const running = runProgram(quoteWriter, {network, files, env: {INPUT_FILE: '/own.txt'}, args: ['quote-writer', '/out']});
    expect(files.readText('/out')).toBe('One.\n');
    running.kill();
    await running.exited;
  });

  test('goes on where the file cannot be written for a while', async () => {
    const files = memoryFiles({});
    let broken = true;
    const flaky = {
      ...files,
      write: (path: string, content: string | Uint8Array) => {
        if (broken) throw new Error('no space left on device');
        files.write(path, content);
      },
    };
    const running = runProgram(quoteWriter, {network, files: flaky, env: {INTERVAL: '0.02'}});
    await eventually(() => running.output().includes('no space left'));
    broken = false;
    await eventually(() => files.exists(OUTPUT));
    running.kill();
    await running.exited;
  });

  test('refuses an interval that is none', async () => {
    expect(await runProgram(quoteWriter, {network, env: {INTERVAL: 'soon'}}).exited).toBe(2);
  });
});
