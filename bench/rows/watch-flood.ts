import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {createInterface} from 'node:readline';
import {alone} from '../kit/compare.ts';
import {memoryOf} from '../kit/memory.ts';
import {type Service, start, until} from '../kit/process.ts';
import type {Row} from '../kit/row.ts';
import {KIADA, program, type Setting} from '../kit/setting.ts';

const RATE = 5_000;
const SERVICES = 200;
const ENDPOINTS = 2_000;

/** A server that changes an endpoint thousands of times a second, and what following that takes. */
export async function floodRows(setting: Setting): Promise<readonly Row[]> {
  const [rate, seconds] = setting.quick ? [500, 1] : [RATE, 20];
  const services: Service[] = [];
  try {
    const kubeconfig = await startServer(setting.folder, services, rate, seconds);
    const [node, entry] = KIADA;
    const env = {...process.env, KUBECONFIG: kubeconfig, HOME: setting.folder};
    const watcher = start(node, [entry, 'endpoints', 'watch', '-A', '-o', 'json'], {env, core: 1});
    services.push(watcher);
    const {perSecond, memory} = await followed(watcher, ENDPOINTS + 1, rate * seconds);
    const quarter = Math.max(1, Math.floor(memory.length / 4));
    const growth = Math.max(...memory.slice(-quarter)) - Math.max(...memory.slice(quarter, 2 * quarter));
    const what = `of ${rate.toLocaleString('en-US')} changes a second`;
    return [
      alone(
        `${what}, printed`,
        '/s',
        [perSecond],
        {at: 'least', value: rate * 0.98, of: 'figure'},
        `${rate * seconds} in all, each printed once`,
      ),
      alone(`${what}, memory at the most`, 'MB', [Math.max(...memory)], null),
      alone(`${what}, growth of memory`, 'MB', [growth], {at: 'most', value: 10, of: 'figure'}, 'the last quarter against the second'),
    ];
  } finally {
    for (const service of services.toReversed()) await service.stop();
  }
}

async function startServer(folder: string, services: Service[], rate: number, seconds: number): Promise<string> {
  const args = [program('watch-server.ts'), '--services', String(SERVICES), '--rate', String(rate), '--seconds', String(seconds)];
  const server = start(process.execPath, args, {core: 0});
  services.push(server);
  const kubeconfig = path.join(folder, 'flood.kubeconfig');
  for await (const line of createInterface({input: server.process.stdout as NodeJS.ReadableStream})) {
    const {port} = JSON.parse(line) as {port: number};
    const [name, cluster] = ['flood', {server: `http://127.0.0.1:${port}`}];
    writeFileSync(
      kubeconfig,
      JSON.stringify({
        ...{apiVersion: 'v1', kind: 'Config', 'current-context': name},
        contexts: [{name, context: {cluster: name, user: name}}],
        clusters: [{name, cluster}],
        users: [{name, user: {}}],
      }),
    );
    return kubeconfig;
  }
  throw new Error('the server of changes did not start');
}

/** Reads the lines of all changes after the first state; what the watcher takes meanwhile, four times a second. */
async function followed(watcher: Service, before: number, changes: number): Promise<{perSecond: number; memory: readonly number[]}> {
  let lines = 0;
  let [first, last] = [0, 0];
  createInterface({input: watcher.process.stdout as NodeJS.ReadableStream}).on('line', () => {
    lines++;
    if (lines === before + 1) first = performance.now();
    last = performance.now();
  });
  await until(() => lines > before, 'the first change', 60_000);
  const memory: number[] = [];
  const sampling = setInterval(() => {
    const now = memoryOf(watcher.process.pid as number);
    if (now !== null) memory.push(now.nowMB);
  }, 250);
  try {
    await until(() => lines === before + changes, `${changes} changes (${lines - before} so far)`, 120_000);
  } finally {
    clearInterval(sampling);
  }
  return {perSecond: ((changes - 1) / (last - first)) * 1_000, memory};
}
