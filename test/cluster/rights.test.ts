import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {parse, stringify} from 'yaml';
import type {KubeClient} from '../../src/kube/index.ts';
import type {DnsResolveResult, EndpointsListResult, ServiceDescribeResult, ServiceRouteResult} from '../../src/model/index.ts';
import {kubeconfigOf, makeAccount} from './genuine/account.ts';
import {kiada, kiadaJson} from './genuine/cli.ts';
import {describeOnCluster} from './genuine/cluster.ts';
import {ownNamespace} from './genuine/own-namespace.ts';
import {until} from './genuine/until.ts';
import {deployWeb} from './genuine/web.ts';

describeOnCluster('a ServiceAccount that may only read one namespace', () => {
  let client: KubeClient;
  let namespace: string;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kiada-cluster-'));
  const kubeconfig = path.join(folder, 'reader.kubeconfig');
  ownNamespace(deployWeb, (...own) => {
    [namespace, client] = own;
  });
  beforeAll(async () => {
    await makeAccount(client, namespace, 'reader', 'view');
    writeFileSync(kubeconfig, await kubeconfigOf(client, namespace, 'reader'));
    await until('the rights of the ServiceAccount', async () => (await kiada(['svc', 'list'], {kubeconfig})).code === 0);
  });
  afterAll(() => {
    rmSync(folder, {recursive: true});
  });
  const read = <Result>(...args: string[]) => kiadaJson<Result>(args, {kubeconfig});

  it('describes a Service, and names the right that is missing', async () => {
    const [web] = (await read<ServiceDescribeResult>('svc', 'describe', 'web')).services;
    expect(web?.endpoints).toHaveLength(4);
    expect(web?.unknown.map(({why}) => why)).toEqual(expect.arrayContaining([expect.stringMatching(/right to list nodes .*missing/)]));
  });

  it('lists endpoints and routes within the namespace', async () => {
    expect((await read<EndpointsListResult>('endpoints', 'list', 'web')).endpoints).toHaveLength(4);
    const {routes} = await read<ServiceRouteResult>('svc', 'route', 'web', '--from', 'pod/caller', '--via', 'clusterip');
    expect(routes.map(({verdict}) => verdict)).toEqual(['forward', 'forward']);
  });

  it('resolves a name within the namespace, or names the right that this takes', async () => {
    const {code, stdout} = await kiada(['dns', 'resolve', 'web', '--from', 'pod/caller', '--predict-only', '-o', 'json'], {kubeconfig});
    const answer = JSON.parse(stdout) as Partial<DnsResolveResult> & {error?: {code: string; message: string}};
    if (code === 0) expect(answer.predicted?.rcode).toBe('NOERROR');
    else expect(answer.error).toMatchObject({code: 'FORBIDDEN', message: expect.stringMatching(/cannot list resource/)});
  });

  it('what it may not read at all ends with 4 and names the right', async () => {
    const elsewhere = await kiada(['svc', 'list', '-n', 'kube-system'], {kubeconfig});
    expect(elsewhere.code).toBe(4);
    expect(elsewhere.stderr).toMatch(/cannot list resource "services"/);
    const everywhere = await kiada(['svc', 'list', '-A', '-o', 'json'], {kubeconfig});
    expect(everywhere.code).toBe(4);
    expect(JSON.parse(everywhere.stdout)).toMatchObject({error: {code: 'FORBIDDEN'}});
  });

  it('may not apply, and is told so', async () => {
    const {code, stderr} = await kiada(['apply', 'time-api'], {kubeconfig});
    expect(code).toBe(4);
    expect(stderr).toContain('services');
  });

  it('a token that nobody gave is UNAUTHORIZED', async () => {
    const file = path.join(folder, 'stranger.kubeconfig');
    const config = parse(readFileSync(kubeconfig, 'utf8')) as {users: {user: {token: string}}[]};
    if (config.users[0]) config.users[0].user.token = 'nobody';
    writeFileSync(file, stringify(config));
    const {code, stdout} = await kiada(['svc', 'list', '-o', 'json'], {kubeconfig: file});
    expect(code).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({error: {code: 'UNAUTHORIZED'}});
  });
});
