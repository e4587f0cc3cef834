import {describe, expect, it, vi} from 'vitest';
import {inParallel} from './in-parallel.ts';
import {type RunningSandbox, runSandbox} from './running-sandbox.ts';
import {ask, PODS, SERVICES} from './sandbox-client.ts';
import {expectStillUp} from './still-up.ts';

const PODS_WANTED = Number(process.env['KIADA_SCALE_PODS'] ?? 1000);
const SERVICES_WANTED = Number(process.env['KIADA_SCALE_SERVICES'] ?? 2000);
const DEPLOYMENTS = 20;

/** Minutes of work, so it is asked for by name. The figures stand in docs/sandbox-limits.md. */
describe.skipIf(process.env['KIADA_SCALE'] !== '1')('a large cluster (with KIADA_SCALE=1)', () => {
  it(`carries ${PODS_WANTED} pods and ${SERVICES_WANTED} Services, and forgets them again`, async () => {
    const sandbox = await runSandbox('ipv4', Math.ceil(PODS_WANTED / 100) + 1);
    const tell = figures(sandbox);
    await tell('empty', 1, async () => undefined);
    await tell('Service without endpoints', SERVICES_WANTED - DEPLOYMENTS, () =>
      inParallel(SERVICES_WANTED - DEPLOYMENTS, 8, (index) => created(sandbox, SERVICES, service(`s${index}`, {app: `nobody-${index}`}))),
    );
    await tell('pod of a Deployment behind a Service, until ready', PODS_WANTED, async () => {
      for (let index = 0; index < DEPLOYMENTS; index++) {
        await created(sandbox, SERVICES, service(`d${index}`, {app: `d${index}`}));
        await created(sandbox, '/apis/apps/v1/namespaces/default/deployments', deployment(`d${index}`, PODS_WANTED / DEPLOYMENTS));
      }
      await vi.waitFor(async () => expect(await readyReplicas(sandbox)).toBe(PODS_WANTED), {timeout: 600_000, interval: 1000});
    });
    await tell('list of all Services', 10, () =>
      inParallel(10, 1, async () => expect((await ask(sandbox, 'GET', SERVICES)).code).toBe(200)),
    );
    await tell('list of all pods', 10, () =>
      inParallel(10, 1, async () => expect((await ask(sandbox, 'GET', PODS)).body.items.length).toBe(PODS_WANTED)),
    );
    await tell('write while all is there', 200, () =>
      inParallel(200, 1, async (index) => {
        const {code} = await ask(sandbox, 'PATCH', `${SERVICES}/s${index}`, {metadata: {labels: {touched: 'yes'}}});
        expect(code).toBe(200);
      }),
    );
    await expectStillUp(sandbox, async () => undefined);
    await tell('deletion of it all', PODS_WANTED + SERVICES_WANTED, async () => {
      await ask(sandbox, 'DELETE', '/apis/apps/v1/namespaces/default/deployments');
      await inParallel(SERVICES_WANTED - DEPLOYMENTS, 8, async (index) => void (await ask(sandbox, 'DELETE', `${SERVICES}/s${index}`)));
      await vi.waitFor(async () => expect((await ask(sandbox, 'GET', PODS)).body.items).toEqual([]), {timeout: 600_000, interval: 1000});
    });
  }, 1_800_000);
});

/** Prints what each step cost: time, and memory in use afterwards. */
function figures(sandbox: RunningSandbox): (what: string, count: number, work: () => Promise<unknown>) => Promise<void> {
  let held = 0;
  return async (what, count, work) => {
    const from = performance.now();
    await work();
    const ms = performance.now() - from;
    const {heldBytes, residentBytes} = await sandbox.memory();
    const each = (heldBytes - held) / count / 1024;
    held = heldBytes;
    process.stderr.write(
      `${what}: ${count} in ${(ms / 1000).toFixed(1)} s (${(ms / count).toFixed(1)} ms each), held ${(heldBytes / 2 ** 20).toFixed(0)} MiB (${each.toFixed(1)} KiB each), resident ${(residentBytes / 2 ** 20).toFixed(0)} MiB\n`,
    );
  };
}

async function created(sandbox: RunningSandbox, path: string, object: object): Promise<void> {
  const {code, body} = await ask(sandbox, 'POST', path, object);
  expect(code, JSON.stringify(body)).toBe(201);
}

function service(name: string, selector: object): object {
  return {metadata: {name}, spec: {selector, ports: [{name: 'http', port: 80}]}};
}

function deployment(name: string, replicas: number): object {
  const labels = {app: name};
  const spec = {terminationGracePeriodSeconds: 1, containers: [{name: 'c', image: 'registry.k8s.io/pause', ports: [{containerPort: 80}]}]};
  return {metadata: {name}, spec: {replicas, selector: {matchLabels: labels}, template: {metadata: {labels}, spec}}};
}

async function readyReplicas(sandbox: RunningSandbox): Promise<number> {
  const {items} = (await ask(sandbox, 'GET', '/apis/apps/v1/namespaces/default/deployments')).body;
  return items.reduce((sum: number, {status}: {status: {readyReplicas?: number}}) => sum + (status.readyReplicas ?? 0), 0);
}
