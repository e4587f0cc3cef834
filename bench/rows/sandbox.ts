import type {EndpointsListResult} from '../../src/model/index.ts';
import {openApi} from '../kit/api.ts';
import {alone} from '../kit/compare.ts';
import {until} from '../kit/process.ts';
import type {Row} from '../kit/row.ts';
import {type BenchSandbox, startSandbox} from '../kit/sandbox.ts';
import type {Benchmark, Setting} from '../kit/setting.ts';

/** How soon the sandbox is there, with nothing, with the suite and with many pods, and what it takes. */
export const sandbox: Benchmark = {name: 'sandbox', title: 'Sandbox', rows};

/** A kubelet takes 110 pods. */
const NODES = 10;

async function rows(setting: Setting): Promise<readonly Row[]> {
  const [up, empty, suite, withSuite]: [number[], number[], number[], number[]] = [[], [], [], []];
  const many: Row[] = [];
  for (let round = 0; round < setting.rounds; round++) {
    const own = await startSandbox(setting.folder, `sandbox-${round}`);
    try {
      up.push(own.upMs);
      empty.push(await residentMB(own));
      const from = performance.now();
      await own.kiada('apply', 'suite', '--wait');
      suite.push(performance.now() - from);
      withSuite.push(await residentMB(own));
    } finally {
      await own.remove();
    }
  }
  const large = await startSandbox(setting.folder, 'sandbox-large', {nodes: NODES});
  try {
    many.push(...(await manyPods(large, setting.quick ? 20 : 1_000)));
  } finally {
    await large.remove();
  }
  return [
    alone('sandbox up, from nothing', 'ms', up, {at: 'most', value: 1_500, of: 'figure'}),
    alone('memory when up', 'MB', empty, null),
    alone('apply suite, until all is ready', 'ms', suite, null),
    alone('memory with the suite', 'MB', withSuite, {at: 'most', value: 150, of: 'figure'}),
    ...many,
  ];
}

async function manyPods(own: BenchSandbox, count: number): Promise<readonly Row[]> {
  const api = openApi(own.kubeconfig);
  const labels = {app: 'many'};
  try {
    const from = performance.now();
    await api.send('POST', '/api/v1/namespaces/default/services', {
      ...{apiVersion: 'v1', kind: 'Service', metadata: {name: 'many'}},
      spec: {selector: labels, ports: [{port: 80}]},
    });
    await api.send('POST', '/apis/apps/v1/namespaces/default/deployments', {
      ...{apiVersion: 'apps/v1', kind: 'Deployment', metadata: {name: 'many'}},
      spec: {
        replicas: count,
        selector: {matchLabels: labels},
        template: {metadata: {labels}, spec: {containers: [{name: 'nginx', image: 'nginx:alpine'}]}},
      },
    });
    const ready = async (): Promise<boolean> => {
      const {endpoints} = JSON.parse(await own.kiada('endpoints', 'list', 'many', '-o', 'json')) as EndpointsListResult;
      return endpoints.filter((endpoint) => endpoint.ready).length === count;
    };
    await until(ready, `${count} ready endpoints`, 180_000);
    const took = performance.now() - from;
    const name = `${count.toLocaleString('en-US')} pods`;
    return [
      alone(`${name} of a Deployment, until all are ready endpoints`, 'ms', [took], null),
      alone(`memory with ${name}`, 'MB', [await residentMB(own)], null),
    ];
  } finally {
    api.close();
  }
}

async function residentMB(own: BenchSandbox): Promise<number> {
  return ((await own.status()).residentBytes ?? Number.NaN) / 1e6;
}
