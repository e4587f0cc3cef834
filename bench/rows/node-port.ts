import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {compare, missing, type Peer} from '../kit/compare.ts';
import {accepts, freePort} from '../kit/free-port.ts';
import {type Haproxy, startHaproxy} from '../kit/haproxy.ts';
import {type LoadJob, ownLoad, wrkLoad} from '../kit/loaders.ts';
import {startNginx} from '../kit/nginx.ts';
import {type Service, start, until} from '../kit/process.ts';
import type {Row} from '../kit/row.ts';
import {type BenchSandbox, startSandbox} from '../kit/sandbox.ts';
import {type Benchmark, ROOT, type Setting} from '../kit/setting.ts';

/** What goes through a node port of the sandbox to Kiada in a pod, beside HAProxy to the same Kiada outside, and to nginx. */
export const nodePort: Benchmark = {name: 'node-port', title: 'Node port of the sandbox against HAProxy in TCP mode', rows};

const PATH = '/healthz/ready';
const NAME = 'bench-node-port';
const SETTLE_MS = 2_000;

interface Peers {
  /** In front of the program that the pod runs, as a process of its own. */
  readonly same: Haproxy | null;
  readonly nginx: Haproxy | null;
}

async function rows(setting: Setting): Promise<readonly Row[]> {
  const services: Service[] = [];
  const sandbox = await startSandbox(setting.folder, 'node-port', {core: 0});
  try {
    const port = await exposed(sandbox);
    if (port === null) return [missing('node port', 'req/s', 'no node port could be bound on 127.0.0.1')];
    const peers = await startPeers(setting.folder, services);
    return [
      ...(await measured(setting, 'requests a second, connections kept', false, port, peers)),
      ...(await measured(setting, 'requests a second, a connection for each', true, port, peers)),
    ];
  } finally {
    for (const service of services.toReversed()) await service.stop();
    await sandbox.remove();
  }
}

function measured({rounds, seconds}: Setting, what: string, perRequest: boolean, port: number, peers: Peers): Promise<readonly Row[]> {
  const loader = wrkLoad() ?? ownLoad;
  const sample = (to: number) => async (): Promise<number> => {
    const job: LoadJob = {port: to, connections: 32, seconds, perRequest, path: PATH};
    return (await loader(job)).requestsPerSecond;
  };
  const peer = (name: string, haproxy: Haproxy | null, goal: Peer['goal']): Peer => ({
    ...{name, goal, why: 'install haproxy and nginx'},
    sample: haproxy && sample(haproxy.port),
  });
  return compare({
    ...{what, unit: 'req/s', rounds},
    ours: sample(port),
    peers: [
      peer('HAProxy + the same server', peers.same, {at: 'least', value: 0.6, of: 'ratio'}),
      peer('HAProxy + nginx', peers.nginx, null),
    ],
    note: 'ours includes the pod: a server in JavaScript in the sandbox’s own process',
  });
}

async function startPeers(folder: string, services: Service[]): Promise<Peers> {
  const kiada = await startKiada();
  services.push(kiada);
  const nginx = await startNginx(folder, 'behind', {location: 'return 200 "Ready\\n";'});
  if (nginx !== null) services.push(nginx);
  const [same, toNginx] = [await startHaproxy(folder, kiada.port), nginx && (await startHaproxy(folder, nginx.port))];
  for (const haproxy of [same, toNginx]) if (haproxy !== null) services.push(haproxy);
  return {same, nginx: toNginx};
}

/** The very program of the pods as a process of its own, on the core of the servers. */
async function startKiada(): Promise<Service & {readonly port: number}> {
  const port = await freePort();
  const entry = path.join(ROOT, 'src', 'suite', 'entry', 'kiada.ts');
  const service = start(process.execPath, [entry, '--listen-port', String(port)], {core: 0});
  service.process.stdout?.resume();
  await until(() => accepts(port), 'Kiada');
  return {...service, port};
}

async function exposed(sandbox: BenchSandbox): Promise<number | null> {
  await sandbox.kiada('apply', 'kiada', '--wait');
  const manifest = {
    ...{apiVersion: 'v1', kind: 'Service', metadata: {name: NAME}},
    spec: {type: 'NodePort', selector: {app: 'kiada'}, ports: [{name: 'http', port: 80, targetPort: 8080}]},
  };
  const file = path.join(path.dirname(sandbox.kubeconfig), 'node-port.json');
  writeFileSync(file, JSON.stringify(manifest));
  await sandbox.kiada('apply', '-f', file);
  let found: number | null = null;
  await until(async () => {
    const own = (await sandbox.status()).nodePorts.find(({service}) => service.name === NAME);
    found = own?.address ? own.port : null;
    return own !== undefined;
  }, 'the node port');
  if (found !== null) await (wrkLoad() ?? ownLoad)({port: found, connections: 8, seconds: SETTLE_MS / 1_000, path: PATH});
  return found;
}
