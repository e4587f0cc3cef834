import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {compare, missing} from '../kit/compare.ts';
import {accepts, freePort} from '../kit/free-port.ts';
import {type LoadJob, ownLoad, wrkLoad} from '../kit/loaders.ts';
import {startNginx} from '../kit/nginx.ts';
import {find, type Service, start, until} from '../kit/process.ts';
import type {Row} from '../kit/row.ts';
import {type BenchSandbox, startSandbox} from '../kit/sandbox.ts';
import type {Benchmark, Setting} from '../kit/setting.ts';

/** What goes through a node port of the sandbox to a pod's nginx, beside HAProxy to a real one. */
export const nodePort: Benchmark = {name: 'node-port', title: 'Node port of the sandbox against HAProxy', rows};

async function rows(setting: Setting): Promise<readonly Row[]> {
  const nginx = await startNginx(setting.folder, 'behind');
  const haproxy = nginx === null ? null : await startHaproxy(setting.folder, nginx.port);
  const sandbox = await startSandbox(setting.folder, 'node-port');
  try {
    const port = await exposed(sandbox);
    if (port === null) return [missing('node port', 'req/s', 'no node port could be bound on 127.0.0.1')];
    const loader = wrkLoad() ?? ownLoad;
    const sample = (to: number, perRequest: boolean) => async (): Promise<number> => {
      const job: LoadJob = {port: to, connections: 32, seconds: setting.seconds, perRequest};
      return (await loader(job)).requestsPerSecond;
    };
    const row = (what: string, perRequest: boolean): Promise<readonly Row[]> =>
      compare({
        what,
        unit: 'req/s',
        rounds: setting.rounds,
        ours: sample(port, perRequest),
        peers: [{name: 'HAProxy', sample: haproxy && sample(haproxy.port, perRequest), goal: null, why: 'install haproxy and nginx'}],
        note: "ours includes the pod's own serving",
      });
    return [...(await row('requests a second, connections kept', false)), ...(await row('requests a second, a connection for each', true))];
  } finally {
    await haproxy?.stop();
    await nginx?.stop();
    await sandbox.remove();
  }
}

async function exposed(sandbox: BenchSandbox): Promise<number | null> {
  await sandbox.kiada('apply', 'quote', '--wait');
  const manifest = {
    ...{apiVersion: 'v1', kind: 'Service', metadata: {name: 'bench-node-port'}},
    spec: {type: 'NodePort', selector: {app: 'quote'}, ports: [{name: 'http', port: 80, targetPort: 'http'}]},
  };
  const file = path.join(path.dirname(sandbox.kubeconfig), 'node-port.json');
  writeFileSync(file, JSON.stringify(manifest));
  await sandbox.kiada('apply', '-f', file);
  let found: number | null = null;
  await until(async () => {
    const own = (await sandbox.status()).nodePorts.find(({service}) => service.name === 'bench-node-port');
    found = own?.address ? own.port : null;
    return own !== undefined;
  }, 'the node port');
  return found;
}

async function startHaproxy(folder: string, to: number): Promise<(Service & {readonly port: number}) | null> {
  const haproxy = find('haproxy');
  if (haproxy === null) return null;
  const port = await freePort();
  const file = path.join(folder, 'haproxy.cfg');
  writeFileSync(
    file,
    `global
  nbthread 1
defaults
  mode tcp
  timeout connect 5s
  timeout client 60s
  timeout server 60s
listen bench
  bind 127.0.0.1:${port}
  server nginx 127.0.0.1:${to}
`,
  );
  const service = start(haproxy, ['-f', file, '-db'], {core: 0});
  await until(() => accepts(port), 'HAProxy');
  return {...service, port};
}
