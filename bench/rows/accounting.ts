import {existsSync, readFileSync, statSync} from 'node:fs';
import {missing} from '../kit/compare.ts';
import {heyLoad, type Loaded, type LoadJob, ownLoad, wrkLoad} from '../kit/loaders.ts';
import {type Nginx, startNginx} from '../kit/nginx.ts';
import type {Row} from '../kit/row.ts';
import type {Benchmark, Setting} from '../kit/setting.ts';

/** Each load generator's own counts beside those of a server that resets, delays and closes. */
export const accounting: Benchmark = {name: 'accounting', title: 'Requests, errors and bytes as nginx counted them', rows};

/** 5 % are reset (444 with a reset), 1 % trickle, connections end after 100 requests. */
const HARD = {
  logged: true,
  http: `reset_timedout_connection on;
  split_clients $request_id $fate { 5% reset; 1% slow; * plain; }
  map $fate $trickle { slow 400; default 0; }`,
  server: 'keepalive_requests 100;',
  location: 'if ($fate = reset) { return 444; } set $limit_rate $trickle; try_files /body.txt =404;',
};

async function rows(setting: Setting): Promise<readonly Row[]> {
  const nginx = await startNginx(setting.folder, 'accounting', HARD);
  if (nginx === null) return [missing('accounting', '', 'nginx is missing')];
  const requests = setting.quick ? 400 : 20_000;
  const [wrk, hey] = [wrkLoad(), heyLoad()];
  try {
    return [
      ...(await counted('kiada', ownLoad, {port: nginx.port, connections: 16, requests}, nginx)),
      ...(wrk === null ? [] : await counted('wrk', wrk, {port: nginx.port, connections: 16, seconds: setting.seconds}, nginx)),
      ...(hey === null ? [] : await counted('hey', hey, {port: nginx.port, connections: 16, requests}, nginx)),
    ];
  } finally {
    await nginx.stop();
  }
}

async function counted(name: string, loader: (job: LoadJob) => Promise<Loaded>, job: LoadJob, nginx: Nginx): Promise<readonly Row[]> {
  const from = existsSync(nginx.log) ? statSync(nginx.log).size : 0;
  const own = await loader(job);
  const lines = await settled(nginx.log, from);
  const server = {
    requests: lines.length,
    failed: lines.filter(([status]) => status === 444 || (status ?? 0) >= 400).length,
    bytes: lines.reduce((sum, [, bytes = 0]) => sum + bytes, 0),
  };
  const note =
    name === 'kiada'
      ? 'the difference has to be nothing'
      : name === 'wrk'
        ? 'wrk drops what is under way at its end'
        : 'Go sends a request again whose kept connection was reset';
  const row = (what: string, unit: string, value: number, logged: number): Row => ({
    what: `${name}: ${what}`,
    unit,
    ours: value - logged,
    peer: {name: 'in the log', value: logged},
    ratio: null,
    goal: null,
    note,
  });
  const differences = [
    row('requests beyond the log', '', own.requests, server.requests),
    row('errors beyond the log', '', own.failed, server.failed),
    ...(own.bytes === null ? [] : [row('bytes beyond the log', 'B', own.bytes, server.bytes)]),
  ];
  return name === 'kiada'
    ? differences.map((each) => ({...each, ours: Math.abs(each.ours as number), goal: {at: 'most', value: 0, of: 'figure'}}))
    : differences;
}

/** The log's lines since then, once no more are added. */
async function settled(file: string, from: number): Promise<readonly (readonly number[])[]> {
  for (let size = -1; ; ) {
    const now = existsSync(file) ? statSync(file).size : 0;
    if (now === size) break;
    size = now;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  const text = existsSync(file) ? readFileSync(file).subarray(from).toString('latin1') : '';
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' ').map(Number));
}
