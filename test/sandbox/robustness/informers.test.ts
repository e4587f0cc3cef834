import {execFile, execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {promisify} from 'node:util';
import {CoreV1Api, type Informer, KubeConfig, type KubernetesObject, makeInformer, type ObjectCache} from '@kubernetes/client-node';
import {describe, expect, it, onTestFinished, vi} from 'vitest';
import {type RunningServer, runServer} from '../api-server/running-server.ts';
import {startWriting, storedVersions} from './busy-writer.ts';
import {createDice, type Dice} from './dice.ts';
import {type FaultyProxy, startFaultyProxy} from './faulty-proxy.ts';
import {SEED} from './still-up.ts';

const SECONDS = Number(process.env['KIADA_INFORMER_SECONDS'] ?? 6);
const FAULT_EVERY_MS = 150;
/** Clients come back after up to half a minute of back-off. */
const CATCH_UP_MS = 90_000;

describe(`informers through ${SECONDS} s of dropped, stalled and expired watches (seed ${SEED})`, () => {
  it(
    'of the JavaScript client end with the state of the store',
    async () => {
      const {server, proxy, dice} = await setUp();
      const config = configFor(server, proxy);
      const client = config.makeApiClient(CoreV1Api);
      const namespace = 'default';
      const informers = [
        [
          'configmaps',
          restarting(makeInformer(config, '/api/v1/namespaces/default/configmaps', () => client.listNamespacedConfigMap({namespace}))),
        ],
        [
          'services',
          restarting(makeInformer(config, '/api/v1/namespaces/default/services', () => client.listNamespacedService({namespace}))),
        ],
        ['secrets', restarting(makeInformer(config, '/api/v1/namespaces/default/secrets', () => client.listNamespacedSecret({namespace})))],
      ] as const;
      await disturb(server, proxy, dice);
      const held = (): Record<string, string> =>
        Object.fromEntries(
          informers
            .flatMap(([kind, informer]) =>
              informer.list().map(({metadata}) => [`${kind}/${metadata?.name}`, metadata?.resourceVersion ?? '']),
            )
            .sort(),
        );
      await vi.waitFor(() => expect(held()).toEqual(storedVersions(server.api)), {timeout: CATCH_UP_MS, interval: 200});
    },
    CATCH_UP_MS + SECONDS * 1000 + 60_000,
  );

  it.skipIf(!clientGoIsHere())(
    'of client-go end with the state of the store (with KIADA_CLIENT_GO=1, Go, and its modules in the cache)',
    async () => {
      const {server, proxy, dice} = await setUp();
      const kubeconfig = join(server.folder, 'kubeconfig.proxy');
      writeFileSync(kubeconfig, readFileSync(server.kubeconfig, 'utf8').replace(server.url, `https://127.0.0.1:${proxy.port}`));
      const program = join(server.folder, 'informers');
      await promisify(execFile)('go', ['build', '-o', program, '.'], {cwd: GO_FOLDER, env: GO_ENV});
      const child = spawn(program, [kubeconfig], {stdio: ['pipe', 'pipe', 'ignore']});
      const exited = once(child, 'exit');
      onTestFinished(async () => {
        child.kill('SIGKILL');
        await exited;
      });
      const lines = createInterface({input: child.stdout})[Symbol.asyncIterator]();
      await disturb(server, proxy, dice);
      await vi.waitFor(
        async () => {
          child.stdin.write('\n');
          const {value} = await lines.next();
          const held = Object.fromEntries(Object.entries(JSON.parse(String(value)) as Record<string, string>).sort());
          expect(held).toEqual(storedVersions(server.api));
        },
        {timeout: CATCH_UP_MS, interval: 500},
      );
    },
    CATCH_UP_MS + SECONDS * 1000 + 300_000,
  );
});

const GO_FOLDER = join(import.meta.dirname, 'client-go');
/** Modules come from the cache alone: a test fetches nothing. */
const GO_ENV = {...process.env, GOPROXY: 'off', GOFLAGS: '-mod=readonly', GOTOOLCHAIN: 'local'};

/** Building client-go for the first time takes minutes, so it is asked for by name. */
function clientGoIsHere(): boolean {
  if (process.env['KIADA_CLIENT_GO'] !== '1') return false;
  try {
    execFileSync('go', ['list', '-deps', '.'], {cwd: GO_FOLDER, stdio: 'ignore', env: GO_ENV});
    return true;
  } catch {
    process.stderr.write('client-go is skipped: Go, or the modules of test/sandbox/robustness/client-go in its cache, are missing\n');
    return false;
  }
}

async function setUp(): Promise<{server: RunningServer; proxy: FaultyProxy; dice: Dice}> {
  const server = await runServer({windowSize: 400});
  const dice = createDice(SEED);
  const proxy = await startFaultyProxy(server.port, dice, FAULT_EVERY_MS);
  onTestFinished(() => proxy.close());
  return {server, proxy, dice};
}

/** Writes under faults for the time that the test has, then lets the network heal. */
async function disturb(server: RunningServer, proxy: FaultyProxy, dice: Dice): Promise<void> {
  const writer = startWriting(server.api, dice);
  onTestFinished(() => writer.stop());
  const until = performance.now() + SECONDS * 1000;
  await vi.waitFor(() => expect(performance.now()).toBeGreaterThan(until), {timeout: SECONDS * 1000 + 30_000, interval: 100});
  proxy.heal();
  writer.stop();
  const {drops, resets, stalls, refusals} = proxy.faults;
  process.stderr.write(
    `${writer.writes()} writes, ${writer.compactions()} compactions, ${drops} drops, ${resets} resets, ${stalls} stalls, ${refusals} refusals\n`,
  );
  expect(drops + resets + stalls + refusals).toBeGreaterThan(SECONDS);
}

function configFor(server: RunningServer, proxy: FaultyProxy): KubeConfig {
  const config = new KubeConfig();
  config.loadFromString(readFileSync(server.kubeconfig, 'utf8').replace(server.url, `https://127.0.0.1:${proxy.port}`));
  return config;
}

/** As its documentation says: whoever wants an informer to go on after an error starts it again. */
function restarting<T extends KubernetesObject>(informer: Informer<T> & ObjectCache<T>): Informer<T> & ObjectCache<T> {
  let stopped = false;
  informer.on('error', () => {
    setTimeout(() => {
      if (!stopped) void informer.start();
    }, 100);
  });
  onTestFinished(async () => {
    stopped = true;
    await informer.stop();
  });
  void informer.start();
  return informer;
}
