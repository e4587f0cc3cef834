import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import type {KubeClient} from '../../src/kube/index.ts';
import type {ExplainResult, ServiceCheckResult, ServiceDescribeResult, ServiceEnvResult, ServiceListResult} from '../../src/model/index.ts';
import {kiada, kiadaJson} from './genuine/cli.ts';
import {create, describeOnCluster} from './genuine/cluster.ts';
import {ownNamespace} from './genuine/own-namespace.ts';
import {until} from './genuine/until.ts';
import {deployWeb} from './genuine/web.ts';

/** The variables of a Service `late` with one named port. */
const LATE = [
  'SERVICE_HOST',
  'SERVICE_PORT',
  'SERVICE_PORT_HTTP',
  'PORT',
  'PORT_80_TCP',
  'PORT_80_TCP_PROTO',
  'PORT_80_TCP_PORT',
  'PORT_80_TCP_ADDR',
].map((name) => `LATE_${name}`);

describeOnCluster('findings, lists and variables of a genuine cluster', () => {
  let client: KubeClient;
  let namespace: string;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kiada-cluster-'));
  ownNamespace(deployWeb, (...own) => {
    [namespace, client] = own;
  });
  beforeAll(async () => {
    const deployed = Date.now();
    await until('the next second, for times in the API have no parts of one', async () => Date.now() - deployed > 1100);
    // created after the pods: no endpoints, and no variables
    await create(client, `/api/v1/namespaces/${namespace}/services`, {
      metadata: {name: 'late', labels: {tier: 'lost'}},
      spec: {selector: {app: 'nobody'}, ports: [{name: 'http', port: 80}]},
    });
  });
  afterAll(() => {
    rmSync(folder, {recursive: true});
  });
  const check = (code: number, ...args: string[]) => kiadaJson<ServiceCheckResult>(['svc', 'check', '-n', namespace, ...args], {code});
  const errorsOf = ({findings}: ServiceCheckResult) =>
    findings.flatMap(({code, severity, object}) => (severity === 'error' ? [`${code} ${object.kind}/${object.name}`] : []));

  it('svc check is exit 0 for Services that are well, and exit 1 for one whose selector matches nothing', async () => {
    const well = await check(0, 'web', 'web-headless', 'by-hand', 'elsewhere');
    expect([well.checked, well.findings, well.unknown]).toEqual([4, [], []]);
    const all = await check(1);
    expect([all.checked, errorsOf(all)]).toEqual([6, ['KIA0101 Service/late']]);
    const [finding] = (await check(1, 'late')).findings;
    expect(finding).toMatchObject({
      certainty: 'proven',
      field: 'spec.selector',
      object: {kind: 'Service', namespace, name: 'late'},
      message: `selector app=nobody matches none of 3 pods in namespace ${namespace}`,
      docs: 'docs/findings/KIA0101.md',
    });
  });

  it('findings are silenced by code, or of one object; an unknown code is exit 3', async () => {
    expect(errorsOf(await check(0, '--ignore', 'KIA0101'))).toEqual([]);
    expect(errorsOf(await check(0, '--ignore', `KIA0101=${namespace}/late`))).toEqual([]);
    expect(errorsOf(await check(1, '--ignore', `KIA0101=${namespace}/web`))).toEqual(['KIA0101 Service/late']);
    expect((await kiada(['svc', 'check', '--ignore', 'KIA9999', '-n', namespace])).code).toBe(3);
  });

  it('--min-severity leaves out what is milder, and names no object twice', async () => {
    const severities = async (level: string) => new Set((await check(1, '--min-severity', level)).findings.map(({severity}) => severity));
    expect(await severities('error')).toEqual(new Set(['error']));
    expect(await severities('info')).toEqual(new Set(['error', 'info']));
    const {stdout} = await kiada(['svc', 'check', '-n', namespace, '--min-severity', 'error', '-o', 'name']);
    expect(stdout).toBe(`KIA0101=${namespace}/late\n`);
  });

  it('svc check -f looks at manifests alone, before they are applied', async () => {
    const file = path.join(folder, 'service.yaml');
    writeFileSync(file, 'apiVersion: v1\nkind: Service\nmetadata: {name: planned}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n');
    const {checked, findings} = await check(0, '-f', file);
    expect([checked, findings.filter(({object}) => object.name !== 'planned')]).toEqual([1, []]);
  });

  it('the list and the page show the same finding', async () => {
    const {services} = await kiadaJson<ServiceListResult>(['svc', 'list', '-n', namespace]);
    expect(services.filter(({worstFinding}) => worstFinding === 'error').map(({name}) => name)).toEqual(['late']);
    const [page] = (await kiadaJson<ServiceDescribeResult>(['svc', 'describe', 'late', '-n', namespace])).services;
    expect([page?.worstFinding, page?.endpoints, page?.findings.map(({code}) => code)]).toEqual(['error', [], ['KIA0101']]);
    const {stdout} = await kiada(['svc', 'describe', 'late', '-n', namespace, '-o', 'yaml']);
    expect(stdout).toContain('worstFinding: error');
  });

  it('svc list takes a label selector, all namespaces, and -o name', async () => {
    const names = async (...flags: string[]) => (await kiada(['svc', 'list', '-o', 'name', ...flags])).stdout.trim().split('\n');
    expect(await names('-n', namespace, '-l', 'tier=lost')).toEqual(['service/late']);
    expect(await names('-n', namespace, '-l', 'tier!=lost')).not.toContain('service/late');
    const {services} = await kiadaJson<ServiceListResult>(['svc', 'list', '-A']);
    const places = services.map((service) => `${service.namespace}/${service.name}`);
    expect(places).toEqual(expect.arrayContaining(['default/kubernetes', 'kube-system/kube-dns', `${namespace}/late`]));
    expect(places).toEqual(places.toSorted());
  });

  it('svc env of a namespace lists every pod, and the Service that came after each of them', async () => {
    const {pods} = await kiadaJson<ServiceEnvResult>(['svc', 'env', '--namespace', namespace]);
    expect(pods.map(({pod}) => pod)).toEqual(['caller', 'web-1', 'web-2'].map((name) => `${namespace}/${name}`));
    for (const {variables, missing} of pods) {
      expect(missing.map(({name}) => name)).toEqual(LATE);
      expect(new Set(missing.map(({service}) => service))).toEqual(new Set(['late']));
      expect(missing[0]?.why).toMatch(/created .* after the container started/);
      const hosts = variables.filter(({name}) => name.endsWith('_SERVICE_HOST')).map(({service}) => service);
      expect(hosts).toEqual(['by-hand', 'kubernetes', 'web', 'web-balanced']);
    }
  });

  it('explain tells about one finding by code or name, and about all', async () => {
    const byCode = await kiadaJson<ExplainResult>(['explain', 'KIA0101']);
    const [{name} = {name: ''}] = byCode.codes;
    expect(await kiadaJson<ExplainResult>(['explain', name])).toEqual(byCode);
    expect(await kiadaJson<ExplainResult>(['explain', 'kia0101'])).toEqual(byCode);
    const {codes} = await kiadaJson<ExplainResult>(['explain']);
    expect(codes.length).toBeGreaterThan(50);
    expect(codes).toContainEqual(byCode.codes[0]);
    const unknown = await kiada(['explain', 'KIA0100']);
    expect([unknown.code, unknown.stderr]).toEqual([3, expect.stringContaining('Did you mean KIA010')]);
  });
});
