import {execFile} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {promisify} from 'node:util';
import {beforeAll, expect, it} from 'vitest';
import type {KubeClient} from '../../src/kube/index.ts';
import type {EndpointChange} from '../../src/model/index.ts';
import {startKiada} from './genuine/cli.ts';
import {create, describeOnCluster, makeNamespace, merge} from './genuine/cluster.ts';
import {lacking} from './genuine/lacking.ts';
import {ownNamespace} from './genuine/own-namespace.ts';
import {RIG} from './genuine/rig.ts';
import {until} from './genuine/until.ts';

// The API server is killed and comes back while endpoints are watched. Only a rig whose API server is a process of this machine can be
// treated so. Meanwhile its store loses all history: whoever goes on from before is told 410, and lists again.

const PID_FILE = path.join(process.env['RIG_DIR'] ?? '/nowhere', 'run', 'kube-apiserver.pid');
const PODS = 'web';
const BY_HAND = 'by-hand';

describeOnCluster('watching endpoints while the API server is killed', () => {
  if (RIG === null || !existsSync(PID_FILE))
    return lacking('needs a rig of one’s own: RIG_DIR names no folder with the pid of its API server');
  const bootScript = path.join(path.dirname(RIG), 'up.sh');
  let client: KubeClient;
  let namespace: string;
  const address = (number: number) => `198.51.100.${number}`;
  const slice = (numbers: readonly number[]) => ({endpoints: numbers.map((number) => ({addresses: [address(number)]}))});
  const slicePath = () => `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices/${BY_HAND}`;
  const setAddresses = (numbers: readonly number[]) => merge(client, slicePath(), slice(numbers));
  const scale = (replicas: number) => merge(client, `/apis/apps/v1/namespaces/${namespace}/deployments/${PODS}`, {spec: {replicas}});
  const readyPods = async () => {
    const {items} = (await client.get(`/api/v1/namespaces/${namespace}/pods`)) as {items: readonly {status: {podIP?: string}}[]};
    return items.flatMap(({status}) => (status.podIP === undefined ? [] : [`${status.podIP}:80`])).toSorted();
  };

  ownNamespace(makeNamespace, (...own) => {
    [namespace, client] = own;
  });
  beforeAll(async () => {
    const labels = {app: PODS};
    const containers = [{name: 'nginx', image: 'nginx:alpine', imagePullPolicy: 'IfNotPresent'}];
    await create(client, `/apis/apps/v1/namespaces/${namespace}/deployments`, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {name: PODS},
      spec: {
        replicas: 2,
        selector: {matchLabels: labels},
        template: {metadata: {labels}, spec: {terminationGracePeriodSeconds: 0, containers}},
      },
    });
    for (const [name, selector] of [[PODS, labels] as const, [BY_HAND, undefined] as const]) {
      const spec = {ports: [{port: 80}], ...(selector && {selector})};
      await create(client, `/api/v1/namespaces/${namespace}/services`, {apiVersion: 'v1', kind: 'Service', metadata: {name}, spec});
    }
    await create(client, `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {name: BY_HAND, labels: {'kubernetes.io/service-name': BY_HAND}},
      addressType: 'IPv4',
      ports: [{name: '', port: 80, protocol: 'TCP'}],
      ...slice([1]),
    });
    await until('two pods have addresses', async () => (await readyPods()).length === 2, 60_000);
  });

  it('shows exactly what changed, each change once', async () => {
    const watching = startKiada(['endpoints', 'watch', PODS, BY_HAND, '-n', namespace, '-o', 'json']);
    const changes: EndpointChange[] = [];
    let rest = '';
    watching.child.stdout?.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      // an error is an object of several lines
      changes.push(...lines.filter((line) => line.endsWith('}') && line.startsWith('{')).map((line) => JSON.parse(line) as EndpointChange));
    });
    const has = (name: string, type: EndpointChange['type'], endpoint: string) =>
      changes.some((change) => change.service?.name === name && change.type === type && change.endpoint === endpoint);
    await until('the present state is shown', async () => changes.some(({type}) => type === 'synced'));

    await setAddresses([1, 2]);
    await until('a change before', async () => has(BY_HAND, 'added', `${address(2)}:80`));
    // the store moves on, unseen by the watch: its last version is one that was lost
    await merge(client, `/api/v1/namespaces/${namespace}`, {metadata: {labels: {moved: 'on'}}});
    await killAndRestart();
    // at once, before the watch can be there again: what it must not lose
    await setAddresses([1, 2, 3]);
    await setAddresses([2, 3]);
    await scale(4);
    await until(
      'the changes of the restart',
      async () => has(BY_HAND, 'added', `${address(3)}:80`) && has(BY_HAND, 'removed', `${address(1)}:80`),
      60_000,
    );
    await until('four pods have addresses', async () => (await readyPods()).length === 4, 120_000);
    await scale(1);
    await setAddresses([3, 4]);
    await until('one pod is left', async () => (await readyPods()).length === 1, 60_000);
    const [last] = await readyPods();
    await until(
      'all is shown',
      async () => [...presentIn(changes, PODS)].join() === last && has(BY_HAND, 'added', `${address(4)}:80`),
      60_000,
    );
    watching.child.kill('SIGINT');
    const {stderr} = await watching.ended;

    const byHand = changes.filter(({service}) => service?.name === BY_HAND).map(({type, endpoint}) => `${type} ${endpoint?.split('.')[3]}`);
    expect(byHand.filter((text) => /^(added|removed|changed)/.test(text)).toSorted()).toEqual(
      ['added 1:80', 'added 2:80', 'added 3:80', 'removed 1:80', 'added 4:80', 'removed 2:80'].toSorted(),
    );
    expect(changes.filter(({type}) => type === 'synced')).toHaveLength(1);
    expect(changes.filter(({type}) => type === 'resynced').length, stderr).toBeGreaterThan(0);
    expect([...presentIn(changes, PODS)]).toEqual([last]);
  }, 240_000);

  async function killAndRestart(): Promise<void> {
    const pid = Number(readFileSync(PID_FILE, 'utf8').split(' ')[0]);
    process.kill(pid, 'SIGKILL');
    // a process that is not yet reaped still counts as running to the script
    await until('the API server is gone', async () => !existsSync(`/proc/${pid}`));
    await compact();
    await promisify(execFile)(bootScript, ['4']);
    await until('the API server answers', answers, 60_000);
  }

  /** Takes all history out of the store, over its own HTTP interface: no version from before can be gone on from. */
  async function compact(): Promise<void> {
    const ask = async (path: string, body: object) => {
      const url = `http://127.0.0.1:2379/v3/kv/${path}`;
      const {stdout} = await promisify(execFile)(RIG ?? '', ['cp', 'curl', '--silent', '--fail', url, '--data', JSON.stringify(body)]);
      return JSON.parse(stdout) as {header: {revision: string}};
    };
    const {header} = await ask('range', {key: Buffer.from('nothing').toString('base64')});
    await ask('compaction', {revision: header.revision, physical: true});
  }

  async function answers(): Promise<boolean> {
    try {
      await client.get('/version');
      return true;
    } catch {
      return false;
    }
  }
});

/** The endpoints that are left when all changes are done; throws where one comes twice or goes without having come. */
function presentIn(changes: readonly EndpointChange[], name: string): ReadonlySet<string | null> {
  const present = new Set<string | null>();
  for (const {type, endpoint} of changes.filter((change) => change.service?.name === name)) {
    if (type === 'added' && present.has(endpoint)) throw new Error(`${endpoint} was added twice`);
    if (type === 'removed' && !present.has(endpoint)) throw new Error(`${endpoint} was removed without having been added`);
    if (type === 'added') present.add(endpoint);
    if (type === 'removed') present.delete(endpoint);
  }
  return present;
}
