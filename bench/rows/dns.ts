import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {createInterface} from 'node:readline';
import type {ServiceListResult} from '../../src/model/index.ts';
import {compare} from '../kit/compare.ts';
import {cpuSecondsOf} from '../kit/cpu-time.ts';
import {freePort} from '../kit/free-port.ts';
import {find, run, type Service, start, until} from '../kit/process.ts';
import type {Goal, Row} from '../kit/row.ts';
import {startSandbox} from '../kit/sandbox.ts';
import {type Benchmark, program, type Setting} from '../kit/setting.ts';

/** Answers a second of one core for the same records: CoreDNS reads them from the sandbox's API. */
export const dns: Benchmark = {name: 'dns', title: 'DNS answers for the same records', rows};

async function rows(setting: Setting): Promise<readonly Row[]> {
  const sandbox = await startSandbox(setting.folder, 'dns');
  const servers: Service[] = [];
  try {
    await sandbox.kiada('apply', 'suite', '--wait');
    const {services} = JSON.parse(await sandbox.kiada('svc', 'list', '-o', 'json')) as ServiceListResult;
    const names = services
      .filter(({clusterIPs}) => clusterIPs.length > 0)
      .map(({name, namespace}) => `${name}.${namespace}.svc.cluster.local`);
    const snapshot = path.join(setting.folder, 'snapshot.yaml');
    writeFileSync(snapshot, await sandbox.kiada('snapshot', '-A'));
    const own = await startOwn(servers, snapshot);
    const coredns = await startCoreDns(servers, setting.folder, sandbox.kubeconfig);
    if (coredns !== null) await until(async () => (await ask(coredns, names, 0.2)).wrong === 0, 'CoreDNS to have the records');
    return [
      ...(await beside(setting, `A questions of ${names.length} Services over UDP, one core for the server`, '/s', own, coredns, (server) =>
        ask(server, names, setting.seconds).then((told) => told.answersPerSecond),
      )),
      ...(await beside(setting, 'answers for a second of the server’s processor time', '/CPU s', own, coredns, (server) =>
        perCpuSecond(server, names, setting.seconds),
      )),
    ];
  } finally {
    for (const server of servers) await server.stop();
    await sandbox.remove();
  }
}

interface Server {
  readonly port: number;
  readonly pid: number;
}

function beside(
  {rounds}: Setting,
  what: string,
  unit: string,
  own: Server,
  coredns: Server | null,
  sample: (server: Server) => Promise<number>,
): Promise<readonly Row[]> {
  const peer = coredns && (() => sample(coredns));
  const goal: Goal = {at: 'least', value: 1, of: 'ratio'};
  return compare({
    ...{what, unit, rounds},
    ours: () => sample(own),
    peers: [{name: 'CoreDNS', sample: peer, goal, why: 'name it by KIADA_BENCH_COREDNS'}],
  });
}

/** What the server could answer if the client kept up: answers by the processor time that they took. */
async function perCpuSecond(server: Server, names: readonly string[], seconds: number): Promise<number> {
  const before = cpuSecondsOf(server.pid);
  const {answersPerSecond} = await ask(server, names, seconds);
  const after = cpuSecondsOf(server.pid);
  return before === null || after === null ? Number.NaN : (answersPerSecond * seconds) / (after - before);
}

async function startOwn(servers: Service[], snapshot: string): Promise<Server> {
  const service = start(process.execPath, [program('dns-server.ts'), snapshot], {core: 0});
  servers.push(service);
  const {stdout} = service.process;
  if (stdout === null) throw new Error('the DNS server has no output');
  for await (const line of createInterface({input: stdout}))
    return {port: (JSON.parse(line) as {port: number}).port, pid: service.process.pid as number};
  throw new Error('the DNS server did not start');
}

/** null where CoreDNS is missing. */
async function startCoreDns(servers: Service[], folder: string, kubeconfig: string): Promise<Server | null> {
  const coredns = find('coredns');
  if (coredns === null) return null;
  const port = await freePort();
  const file = path.join(folder, 'Corefile');
  writeFileSync(
    file,
    `cluster.local:${port} {\n  bind 127.0.0.1\n  kubernetes cluster.local in-addr.arpa {\n    kubeconfig ${kubeconfig}\n    pods insecure\n    ttl 30\n  }\n}\n`,
  );
  const service = start(coredns, ['-conf', file, '-dns.port', String(port)], {core: 0, env: {...process.env, GOMAXPROCS: '1'}});
  servers.push(service);
  return {port, pid: service.process.pid as number};
}

async function ask(
  {port}: Pick<Server, 'port'>,
  names: readonly string[],
  seconds: number,
): Promise<{answersPerSecond: number; wrong: number}> {
  const args = [program('dns-client.ts'), '--port', String(port), '--seconds', String(seconds), '--names', names.join(',')];
  const told = JSON.parse((await run(process.execPath, args, {core: 1})).stdout) as {answersPerSecond: number; wrong: number};
  return told.answersPerSecond === 0 ? {...told, wrong: 1} : told;
}
