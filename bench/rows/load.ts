import {compare, missing, type Peer} from '../kit/compare.ts';
import {goReference} from '../kit/go-reference.ts';
import {heyLoad, type Loaded, type LoadJob, ownLoad, wrk2Load, wrkLoad} from '../kit/loaders.ts';
import {startNginx} from '../kit/nginx.ts';
import type {Goal, Row} from '../kit/row.ts';
import type {Benchmark, Setting} from '../kit/setting.ts';

const CONNECTIONS = 32;
/** Well below what any of them can do, so that latency is the server's and not the queue's. */
const FIXED_RATE = 2_000;

/** The engine against wrk and hey, with nginx on loopback: client on one core, server on the other. */
export const load: Benchmark = {name: 'load', title: 'Load engine against nginx on loopback', rows};

async function rows(setting: Setting): Promise<readonly Row[]> {
  const nginx = await startNginx(setting.folder, 'load');
  if (nginx === null) return [missing('load engine', 'req/s', 'nginx is missing: install it to have something to load')];
  try {
    const job = {port: nginx.port, connections: CONNECTIONS, seconds: setting.seconds};
    return [
      ...(await throughput(setting, 'requests a second, connections kept', job, {wrk: 0.9, hey: 2})),
      ...(await throughput(setting, 'requests a second, a connection for each', {...job, perRequest: true}, {wrk: null, hey: 1})),
      ...(await latency(setting, {...job, rate: setting.quick ? 200 : FIXED_RATE, warmupSeconds: setting.quick ? 0.1 : 1})),
    ];
  } finally {
    await nginx.stop();
  }
}

async function throughput(
  {rounds}: Setting,
  what: string,
  job: LoadJob,
  goals: {readonly wrk: number | null; readonly hey: number | null},
): Promise<readonly Row[]> {
  const [wrk, hey] = [wrkLoad(), heyLoad()];
  const rate = (loader: (job: LoadJob) => Promise<Loaded>) => async (): Promise<number> => (await loader(job)).requestsPerSecond;
  return compare({
    what,
    unit: 'req/s',
    rounds,
    ours: rate(ownLoad),
    peers: [peer('wrk', wrk && rate(wrk), goals.wrk), peer('hey', hey && rate(hey), goals.hey)],
  });
}

async function latency({rounds, folder}: Setting, job: LoadJob): Promise<readonly Row[]> {
  const [go, wrk2] = [await goReference(folder), wrk2Load()];
  const p99 = (loader: (job: LoadJob) => Promise<Loaded>) => async (): Promise<number> => (await loader(job)).p99Ms;
  const goal: Goal = {at: 'most', value: 1.1, of: 'ratio'};
  return compare({
    what: `p99 at a fixed rate of ${job.rate}/s`,
    unit: 'ms',
    rounds,
    ours: p99(ownLoad),
    peers: [
      {name: 'Go reference', sample: go && p99(go), goal, why: 'install Go'},
      ...(wrk2 === null ? [] : [{name: 'wrk2', sample: p99(wrk2), goal}]),
    ],
    note: 'from the intended start, after a second of warm-up; the reference is bench/programs/open-loop.go',
  });
}

function peer(name: string, sample: Peer['sample'], least: number | null): Peer {
  const goal: Goal | null = least === null ? null : {at: 'least', value: least, of: 'ratio'};
  return {name, sample, goal, why: `install ${name} or name it by KIADA_BENCH_${name.toUpperCase()}`};
}
