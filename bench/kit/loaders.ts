import type {LatencySummary, LoadErrors} from '../../src/model/index.ts';
import {find, run} from './process.ts';
import {program} from './setting.ts';

/** What a load generator says of a run. */
export interface Loaded {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly failed: number;
  readonly p99Ms: number;
  /** Heads included, where it counts them. */
  readonly bytes: number | null;
}

export interface LoadJob {
  readonly port: number;
  readonly connections: number;
  /** One of the two. */
  readonly seconds?: number;
  readonly requests?: number;
  /** Requests a second over all connections. */
  readonly rate?: number;
  readonly perRequest?: boolean;
  readonly path?: string;
  /** Of a fixed rate: before what counts. */
  readonly warmupSeconds?: number;
}

export async function ownLoad(job: LoadJob): Promise<Loaded> {
  const args = [
    ...['--port', String(job.port), '--connections', String(job.connections)],
    ...(job.seconds === undefined ? [] : ['--seconds', String(job.seconds)]),
    ...(job.requests === undefined ? [] : ['--requests', String(job.requests)]),
    ...(job.rate === undefined ? [] : ['--rate', String(job.rate)]),
    ...(job.perRequest ? ['--connection-per-request'] : []),
    ...(job.path === undefined ? [] : ['--path', job.path]),
    ...(job.warmupSeconds === undefined ? [] : ['--warmup', String(job.warmupSeconds)]),
  ];
  const {stdout} = await run(process.execPath, [program('load-client.ts'), ...args], {core: 1});
  const told = JSON.parse(stdout) as {
    requests: number;
    requestsPerSecond: number;
    bytesReceived: number;
    errors: LoadErrors;
    latencyMs: LatencySummary;
  };
  const failed = Object.values(told.errors).reduce((sum: number, count: number) => sum + count, 0);
  return {...told, failed, p99Ms: told.latencyMs.p99, bytes: told.bytesReceived};
}

/** wrk: closed loop with keep-alive, or a new connection each by header. null where it is missing. */
export function wrkLoad(): ((job: LoadJob) => Promise<Loaded>) | null {
  const wrk = find('wrk');
  if (wrk === null) return null;
  return async (job) => {
    const header = job.perRequest ? ['-H', 'Connection: close'] : [];
    const args = ['-t1', `-c${job.connections}`, `-d${Math.max(1, Math.round(job.seconds ?? 1))}s`, '--latency', ...header, urlOf(job)];
    const {stdout} = await run(wrk, args, {core: 1});
    const socketErrors = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(stdout) ?? [];
    const non2xx = Number(/Non-2xx or 3xx responses: (\d+)/.exec(stdout)?.[1] ?? 0);
    return {
      requests: Number(/(\d+) requests in/.exec(stdout)?.[1]),
      requestsPerSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]),
      failed: socketErrors.slice(1).reduce((sum, count) => sum + Number(count), non2xx),
      p99Ms: milliseconds(/99%\s+([\d.]+)(us|ms|s)/.exec(stdout)),
      bytes: null, // only rounded
    };
  };
}

/** wrk2: an open loop. null where it is missing. */
export function wrk2Load(): ((job: LoadJob) => Promise<Loaded>) | null {
  const wrk2 = find('wrk2');
  if (wrk2 === null) return null;
  return async (job) => {
    // it calibrates itself for ten seconds, and counts only what comes after
    const seconds = Math.round(10 + (job.seconds ?? 1));
    const args = ['-t1', `-c${job.connections}`, `-d${seconds}s`, `-R${job.rate ?? 1_000}`, '--latency', urlOf(job)];
    const {stdout} = await run(wrk2, args, {core: 1});
    return {
      requests: Number(/(\d+) requests in/.exec(stdout)?.[1]),
      requestsPerSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]),
      failed: 0,
      p99Ms: milliseconds(/99\.000%\s+([\d.]+)(us|ms|s)/.exec(stdout)),
      bytes: null,
    };
  };
}

/** hey (Go). null where it is missing. */
export function heyLoad(): ((job: LoadJob) => Promise<Loaded>) | null {
  const hey = find('hey');
  if (hey === null) return null;
  return async (job) => {
    const rate = job.rate === undefined ? [] : ['-q', String(job.rate / job.connections)];
    const length = job.requests === undefined ? ['-z', `${job.seconds ?? 1}s`] : ['-n', String(job.requests)];
    const args = ['-c', String(job.connections), ...length, ...rate, ...(job.perRequest ? ['-disable-keepalive'] : []), urlOf(job)];
    const {stdout} = await run(hey, args, {core: 1, env: {...process.env, GOMAXPROCS: '1'}});
    const answered = [...stdout.matchAll(/\[(\d{3})\]\s+(\d+) responses/g)];
    const failedBySocket = [...stdout.matchAll(/^\s+\[(\d+)\]\s+(?:Get|Post) /gm)].reduce((sum, [, count]) => sum + Number(count), 0);
    const byStatus = answered.filter(([, status]) => Number(status) >= 400).reduce((sum, [, , count]) => sum + Number(count), 0);
    return {
      requests: answered.reduce((sum, [, , count]) => sum + Number(count), 0) + failedBySocket,
      requestsPerSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]),
      failed: failedBySocket + byStatus,
      p99Ms: Number(/99%+ in ([\d.]+) secs/.exec(stdout)?.[1]) * 1_000,
      bytes: null, // bodies only
    };
  };
}

function urlOf({port, path = '/'}: LoadJob): string {
  return `http://127.0.0.1:${port}${path}`;
}

function milliseconds(match: RegExpExecArray | null): number {
  return match === null ? Number.NaN : Number(match[1]) * ({us: 0.001, ms: 1, s: 1_000}[match[2] as string] ?? 1);
}
