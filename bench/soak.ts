// Load at a fixed rate for a long time, against a server that resets, delays and closes: nothing may get lost, memory must not grow.
// npm run soak [-- --minutes 10 --rate 5000 --connections 64]. Exit 1 where it did.
import {createInterface} from 'node:readline';
import {parseArgs} from 'node:util';
import {type LoadProgress, runLoad} from '../src/load/index.ts';
import {dialDirect} from '../src/vantage/index.ts';
import {start} from './kit/process.ts';
import {program} from './kit/setting.ts';
import {slopeOf} from './kit/slope.ts';

const {values} = parseArgs({
  options: {
    minutes: {type: 'string', default: '10'},
    rate: {type: 'string', default: '5000'},
    connections: {type: 'string', default: '64'},
  },
});
const [minutes, rate, connections] = [Number(values.minutes), Number(values.rate), Number(values.connections)];
/** Of what is alive after a collection, and of resident memory, in MB over the last two thirds of the run. */
const MOST_GROWTH = {live: 2, resident: 10};
const SAMPLES = 20;

interface Counted {
  readonly served: number;
  readonly reset: number;
  readonly rssMB: number;
}

const server = start(process.execPath, [program('hard-server.ts')], {core: 0});
const port = await portOf();
const memory: {readonly minute: number; readonly rssMB: number; readonly liveMB: number}[] = [];
console.log(`${rate} requests a second for ${minutes} minutes over ${connections} connections, to 127.0.0.1:${port}`);
console.log('minute   requests    failed   p99 ms   resident MB   live MB');
const result = await runLoad(
  {
    target: {host: '127.0.0.1', port},
    request: {method: 'GET', path: '/', host: null, headers: [], body: null},
    ...{protocol: 'http/1.1', payload: null, tls: null},
    pace: {mode: 'open', rate, arrivals: 'constant', rampMs: 0, steps: []},
    ...{connections, connectionPerRequest: false, durationMs: minutes * 60_000, requests: null},
    ...{warmupMs: 0, timeoutMs: 10_000, identify: {by: 'auto'}, failureSamples: 1_000},
  },
  {dial: dialDirect(), onProgress: sample, progressMs: (minutes * 60_000) / SAMPLES},
);
const counted = (await (await fetch(`http://127.0.0.1:${port}/count`)).json()) as Counted;
await server.stop();

const failed = Object.values(result.errors).reduce((sum: number, count: number) => sum + count, 0);
const settled = memory.filter(({minute}) => minute >= minutes / 3);
const growth = (value: (sample: (typeof memory)[number]) => number): number =>
  slopeOf(settled.map((sample) => ({x: sample.minute, y: value(sample)})));
const [live, resident] = [growth(({liveMB}) => liveMB), growth(({rssMB}) => rssMB)];
const isFlat = (slope: number, most: number): boolean => (slope * minutes * 2) / 3 <= most;
const checks: readonly (readonly [holds: boolean, claim: string])[] = [
  [result.requests === result.succeeded + failed, `${result.requests} sent = ${result.succeeded} answered + ${failed} failed`],
  [result.requests === counted.served + counted.reset, `the server read ${counted.served + counted.reset}`],
  [result.succeeded === counted.served, `it answered ${counted.served}`],
  [
    result.errors.reset === counted.reset && failed === counted.reset,
    `it reset ${counted.reset}; failed as resets: ${result.errors.reset}`,
  ],
  [result.requests + result.missedStarts === Math.round(rate * minutes * 60), `starts that were missed: ${result.missedStarts}`],
  [isFlat(live, MOST_GROWTH.live), `what is alive grows by ${live.toFixed(2)} MB a minute`],
  [isFlat(resident, MOST_GROWTH.resident), `resident memory grows by ${resident.toFixed(2)} MB a minute`],
];
for (const [holds, claim] of checks) console.log(`${holds ? 'yes' : 'NO '}  ${claim}`);
process.exitCode = checks.every(([holds]) => holds) ? 0 : 1;

function sample({elapsedMs, requests, errors, p99Ms}: LoadProgress): void {
  globalThis.gc?.();
  const {rss, heapUsed} = process.memoryUsage();
  const now = {minute: elapsedMs / 60_000, rssMB: rss / 1e6, liveMB: heapUsed / 1e6};
  memory.push(now);
  const cells = [now.minute.toFixed(2), requests, errors, p99Ms.toFixed(1), now.rssMB.toFixed(1), now.liveMB.toFixed(1)];
  console.log(cells.map((cell, index) => String(cell).padStart([6, 10, 9, 8, 13, 9][index] as number)).join(' '));
}

async function portOf(): Promise<number> {
  for await (const line of createInterface({input: server.process.stdout as NodeJS.ReadableStream}))
    return (JSON.parse(line) as {port: number}).port;
  throw new Error('the server did not start');
}
