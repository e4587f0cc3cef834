import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import type {KubeClient} from '../../src/kube/index.ts';
import type {LoadResult} from '../../src/model/index.ts';
import {type CliResult, kiada} from './genuine/cli.ts';
import {describeOnCluster, makeNamespace} from './genuine/cluster.ts';
import {makeNamedWeb} from './genuine/named-web.ts';
import {ownNamespace} from './genuine/own-namespace.ts';

describeOnCluster('load, its thresholds and its files on a genuine cluster', () => {
  let client: KubeClient;
  let namespace: string;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kiada-load-'));
  ownNamespace(makeNamespace, (...own) => {
    [namespace, client] = own;
  });
  beforeAll(async () => {
    await makeNamedWeb(client, namespace, {nodes: ['node1', 'node2'], services: {web: {}}});
  });
  afterAll(() => {
    rmSync(folder, {recursive: true});
  });
  const load = (...flags: string[]): Promise<CliResult> =>
    kiada(['load', 'svc/web', '-n', namespace, '--via', 'clusterip', '--from', 'node/node3', '--yes', ...flags]);
  const parsed = ({stdout}: CliResult) => JSON.parse(stdout) as LoadResult;

  it('each connection is balanced anew, as predicted; thresholds that hold are exit 0', async () => {
    const result = await load('--requests', '400', '--connection-per-request', '--fail-if', 'errors>0%', '--fail-if', 'skew', '-o', 'json');
    const [run] = parsed(result).runs;
    expect([result.code, run?.requests, run?.succeeded, run?.statusCodes]).toEqual([0, 400, 400, {200: 400}]);
    expect(run).toMatchObject({via: 'clusterip', from: 'node/node3', entryNode: 'node3'});
    expect(run?.distribution.rows.map(({pod, node, predicted}) => [pod, node, predicted])).toEqual([
      ['web-node1', 'node1', 0.5],
      ['web-node2', 'node2', 0.5],
    ]);
    expect(run?.distribution).toMatchObject({unidentified: 0, test: {verdict: 'as-predicted'}});
  });

  it('a threshold that is missed is exit 1, and named', async () => {
    const result = await load('--requests', '20', '--path', '/?a', '--fail-if', 'p99>0ms', '-o', 'json');
    expect([result.code, parsed(result).missedThresholds]).toEqual([1, ['p99>0ms (clusterip)']]);
  });

  it('bare TCP connections are load too, whose endpoints nobody names', async () => {
    const [run] = parsed(await load('--tcp', '--requests', '30', '-o', 'json')).runs;
    expect(run).toMatchObject({requests: 30, succeeded: 30, distribution: {unidentified: 30}});
  });

  it('the report is one page with nothing from elsewhere; an earlier result is compared with', async () => {
    const [report, earlier] = [path.join(folder, 'out.html'), path.join(folder, 'earlier.json')];
    const first = await load('--requests', '50', '-o', 'json', '--report', report);
    expect(first.code).toBe(0);
    expect(existsSync(report)).toBe(true);
    expect(readFileSync(report, 'utf8')).not.toMatch(/(src|href)="https?:/);
    writeFileSync(earlier, first.stdout);
    const {comparison} = parsed(await load('--requests', '50', '-o', 'json', '--compare', earlier));
    expect(comparison).not.toBeNull();
  });

  it('people read the shares beside the prediction', async () => {
    const {code, stdout} = await load('--requests', '60', '--connection-per-request');
    expect(code).toBe(0);
    for (const words of ['from node/node3', '60 requests, 0 failed', 'predicted', 'observed', 'web-node1', 'web-node2'])
      expect(stdout).toContain(words);
  });
});
