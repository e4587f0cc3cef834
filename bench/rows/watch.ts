import type {ChildProcess} from 'node:child_process';
import {createInterface} from 'node:readline';
import {type Api, openApi} from '../kit/api.ts';
import {alone} from '../kit/compare.ts';
import {find, type Service, start, until} from '../kit/process.ts';
import {type Row, spreadOf} from '../kit/row.ts';
import {startSandbox} from '../kit/sandbox.ts';
import {type Benchmark, KIADA, type Setting} from '../kit/setting.ts';
import {floodRows} from './watch-flood.ts';

/** How long after the API's acknowledgement a change of an endpoint is printed: both watchers see each change. */
export const watch: Benchmark = {name: 'watch', title: 'Endpoint changes followed', rows};

const SLICES = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices';
const NAME = 'bench-watched';

async function rows(setting: Setting): Promise<readonly Row[]> {
  const kubectl = find('kubectl');
  const sandbox = await startSandbox(setting.folder, 'watch');
  const api = openApi(sandbox.kubeconfig);
  const watchers: Service[] = [];
  try {
    await makeService(api);
    const {env} = sandbox;
    const [node, entry] = KIADA;
    const own = lines(watchers, start(node, [entry, 'endpoints', 'watch', NAME, '-o', 'json'], {env}));
    const peer =
      kubectl === null
        ? null
        : lines(
            watchers,
            start(kubectl, ['get', 'endpointslices', NAME, '-w', '-o', 'jsonpath={.endpoints[*].addresses[0]}{"\\n"}'], {env}),
          );
    const count = setting.quick ? 5 : 100;
    const [ours, theirs]: [number[], number[]] = [[], []];
    await until(() => own.count() > 0 && (peer?.count() ?? 1) > 0, 'the watchers');
    for (let index = 0; index < count; index++) {
      const address = `192.0.2.${(index % 200) + 10}`;
      const expected = [own.seen(address), ...(peer === null ? [] : [peer.seen(address)])];
      const acknowledged = await api.send('PUT', `${SLICES}/${NAME}`, sliceOf(address));
      const [at = 0, kubectlAt] = await Promise.all(expected);
      ours.push(Math.max(0, at - acknowledged));
      if (kubectlAt !== undefined) theirs.push(Math.max(0, kubectlAt - acknowledged));
    }
    return [...rowsOf(ours, theirs), ...(await floodRows(setting))];
  } finally {
    api.close();
    for (const watcher of watchers) await watcher.stop();
    await sandbox.remove();
  }
}

function rowsOf(ours: readonly number[], theirs: readonly number[]): readonly Row[] {
  const what = 'from acknowledged to printed';
  const own = alone(
    `${what}, the goal of its own`,
    'ms',
    ours,
    {at: 'most', value: 20, of: 'figure'},
    `0 is before the writer had its answer`,
  );
  if (theirs.length === 0) return [own, {...own, what: `${what}, beside get -w`, goal: null, note: 'kubectl is missing'}];
  // Differences, because both may be nothing: printed before the writer has its answer
  const behind = ours.map((value, index) => value - (theirs[index] as number));
  return [
    own,
    {
      what: `${what}, behind kubectl get -w`,
      unit: 'ms',
      ours: spreadOf(behind).median,
      peer: {name: 'kubectl', value: spreadOf(theirs).median},
      ratio: null,
      goal: {at: 'most', value: 1, of: 'figure'},
      note: `ours less theirs, change by change: ${spreadOf(behind).low.toFixed(1)} to ${spreadOf(behind).high.toFixed(1)} ms`,
    },
  ];
}

async function makeService(api: Api): Promise<void> {
  const metadata = {name: NAME, namespace: 'default'};
  await api.send('POST', '/api/v1/namespaces/default/services', {apiVersion: 'v1', kind: 'Service', metadata, spec: {ports: [{port: 80}]}});
  await api.send('POST', SLICES, sliceOf('192.0.2.1'));
}

function sliceOf(address: string): object {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {name: NAME, namespace: 'default', labels: {'kubernetes.io/service-name': NAME}},
    addressType: 'IPv4',
    ports: [{name: '', port: 8080, protocol: 'TCP'}],
    endpoints: [{addresses: [address], conditions: {ready: true}}],
  };
}

/** Says when a line with a word was first read. */
function lines(watchers: Service[], service: Service): {seen(word: string): Promise<number>; count(): number} {
  watchers.push(service);
  const waiting = new Map<string, (at: number) => void>();
  let count = 0;
  createInterface({input: (service.process as ChildProcess & {stdout: NodeJS.ReadableStream}).stdout}).on('line', (line) => {
    const at = performance.now();
    count++;
    for (const [word, told] of waiting) {
      if (!line.includes(word)) continue;
      waiting.delete(word);
      told(at);
    }
  });
  return {
    count: () => count,
    seen: (word) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`no watcher printed ${word}`)), 20_000);
        waiting.set(word, (at) => {
          clearTimeout(late);
          resolve(at);
        });
      }),
  };
}
