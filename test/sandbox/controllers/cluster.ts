import {join} from 'node:path';
import {onTestFinished} from 'vitest';
import type {KubernetesObject} from '../../../src/model/index.ts';
import {createApi, type Registry} from '../../../src/sandbox/api-server/registry/index.ts';
import {openStore} from '../../../src/sandbox/api-server/store/index.ts';
import type {Controller, ControllerOptions} from '../../../src/sandbox/controllers/controller.ts';
import {temporaryFolder} from '../api-server/temporary-folder.ts';
import {uncheckedPipeline} from '../api-server/unchecked-pipeline.ts';

/** A clock that stands still until it is moved on. */
export class FakeClock {
  #now = Date.parse('2030-01-01T00:00:00Z');
  readonly #waits = new Set<{readonly at: number; readonly wake: () => void}>();

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<boolean> {
    const {promise, resolve} = Promise.withResolvers<boolean>();
    const wait = {at: this.#now + ms, wake: () => resolve(true)};
    this.#waits.add(wait);
    signal?.addEventListener('abort', () => {
      this.#waits.delete(wait);
      resolve(false);
    });
    return promise;
  }

  advance(ms: number): void {
    this.#now += ms;
    for (const wait of [...this.#waits]) {
      if (wait.at > this.#now) continue;
      this.#waits.delete(wait);
      wait.wake();
    }
  }
}

export interface Cluster {
  readonly api: Registry;
  readonly clock: FakeClock;
  readonly options: ControllerOptions;
  readonly logged: string[];
  /** Starts a controller that stops with the test. */
  start(run: (api: Registry, options: ControllerOptions) => Controller): Controller;
}

/** The API over a store of its own, without admission, with namespaces `default` and `kiada`. */
export function cluster(): Cluster {
  const store = openStore(join(temporaryFolder(), 'state.db'));
  const clock = new FakeClock();
  const logged: string[] = [];
  const api = createApi(store, {pipeline: uncheckedPipeline(), clock: () => clock.now()});
  for (const name of ['default', 'kiada']) api.create('namespaces', {metadata: {name}});
  const options = {clock, log: (message: string) => void logged.push(message)};
  const running: Controller[] = [];
  onTestFinished(() => {
    for (const controller of running) controller.close();
    store.close();
  });
  return {
    api,
    clock,
    options,
    logged,
    start: (run) => {
      const controller = run(api, options);
      running.push(controller);
      return controller;
    },
  };
}

/** Waits until the condition holds; fails with what it last saw. */
export async function eventually<T>(look: () => T, holds: (seen: T) => boolean, what = 'the condition'): Promise<T> {
  const deadline = performance.now() + 5000;
  for (;;) {
    const seen = look();
    if (holds(seen)) return seen;
    if (performance.now() > deadline) throw new Error(`${what} did not come about; last seen: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Lets everything that is under way come to rest: no write for several turns of the loop. */
export async function settled(api: Registry): Promise<void> {
  let quiet = 0;
  let version = api.store.resourceVersion;
  while (quiet < 20) {
    await new Promise((resolve) => setImmediate(resolve));
    quiet = api.store.resourceVersion === version ? quiet + 1 : 0;
    version = api.store.resourceVersion;
  }
}

export function node(name: string, more: {labels?: object; spec?: object; status?: object; ready?: string} = {}): KubernetesObject {
  return {
    metadata: {name, labels: {'topology.kubernetes.io/zone': 'zone-a', ...more.labels}},
    spec: more.spec ?? {},
    status: {
      conditions: [{type: 'Ready', status: more.ready ?? 'True'}],
      allocatable: {cpu: '4', memory: '8Gi', pods: '110'},
      ...more.status,
    },
  };
}

/** Makes a pod and gives it a status, as its kubelet would. */
export function makePod(
  api: Registry,
  name: string,
  more: {labels?: object; spec?: object; ip?: string; ready?: boolean} = {},
): KubernetesObject {
  const {labels = {app: 'quote'}, spec = {}, ip, ready = true} = more;
  api.create('pods', {
    metadata: {name, namespace: 'kiada', labels: {...labels}},
    spec: {containers: [{name: 'c', image: 'nginx'}], ...spec},
  });
  if (ip !== undefined) setPod(api, name, ip, ready);
  return api.get('pods', 'kiada', name) as KubernetesObject;
}

export function setPod(api: Registry, name: string, ip: string, ready: boolean, since = '2030-01-01T00:00:00Z'): void {
  api.change(
    'pods',
    'kiada',
    name,
    (draft) => {
      const condition = {type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: since};
      draft.status = {phase: 'Running', podIP: ip, podIPs: [{ip}], conditions: [condition]};
      return undefined;
    },
    {subresource: 'status'},
  );
}

/** Plays the kubelets: a pod becomes ready as soon as it is there, unless told otherwise, and is gone as soon as it is to go. */
export function playKubelets(api: Registry, isReady: (pod: KubernetesObject) => boolean = () => true): () => void {
  let count = 0;
  return api.watch(({type, resource, object}) => {
    if (resource !== 'pods' || type === 'DELETED') return;
    const {namespace = '', name = '', deletionTimestamp} = object.metadata ?? {};
    if (deletionTimestamp !== undefined) api.delete('pods', namespace, name, {graceSeconds: 0});
    else if (type === 'ADDED' && isReady(object)) setPod(api, name, `10.244.0.${++count % 250}`, true);
  });
}
