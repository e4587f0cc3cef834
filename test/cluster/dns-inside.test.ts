import {randomBytes} from 'node:crypto';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {beforeAll, expect, it, onTestFinished} from 'vitest';
import {execInContainer, type KubeClient} from '../../src/kube/index.ts';
import type {DnsResolveResult, KubernetesObject} from '../../src/model/index.ts';
import {grantEverywhere, kubeconfigOf, makeAccount} from './genuine/account.ts';
import {type CliResult, kiada} from './genuine/cli.ts';
import {create, describeOnCluster, makeNamespace} from './genuine/cluster.ts';
import {ownNamespace} from './genuine/own-namespace.ts';
import {until} from './genuine/until.ts';

const SUFFIX = 'svc.cluster.local';

describeOnCluster('names asked for from inside a genuine cluster', () => {
  let client: KubeClient;
  let namespace: string;
  ownNamespace(makeNamespace, (...own) => {
    [namespace, client] = own;
  });
  beforeAll(async () => {
    const base = `/api/v1/namespaces/${namespace}`;
    const services: Record<string, object> = {
      web: {ports: [{port: 80}]},
      pair: {clusterIP: 'None', ports: [{name: 'http', port: 80}]},
      elsewhere: {type: 'ExternalName', externalName: 'elsewhere.example'},
    };
    for (const [name, spec] of Object.entries(services)) await create(client, `${base}/services`, {metadata: {name}, spec});
    await create(client, `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, pairSlice());
    const own = {searches: [`${namespace}.${SUFFIX}`, 'corp.example'], options: [{name: 'ndots', value: '1'}]};
    const dead = {nameservers: ['198.51.100.53'], options: [{name: 'timeout', value: '1'}]};
    const pods: Record<string, object> = {
      plain: {},
      own: {dnsConfig: own},
      nodes: {dnsPolicy: 'Default'},
      dead: {dnsPolicy: 'None', dnsConfig: dead},
      hosted: {hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet', shareProcessNamespace: true},
    };
    for (const [name, spec] of Object.entries(pods)) await create(client, `${base}/pods`, sleeper(name, spec));
    await until('all pods run', async () => {
      const {items} = (await client.get(`${base}/pods`)) as {items: readonly KubernetesObject[]};
      return items.length === 5 && items.every(({status}) => (status as {phase?: string}).phase === 'Running');
    });
  });

  const resolve = (name: string, from: string, ...flags: string[]) =>
    kiada(['dns', 'resolve', name, '--from', from, '-n', namespace, '-o', 'json', ...flags]);
  const parsed = ({stdout}: CliResult) => JSON.parse(stdout) as DnsResolveResult;
  const dataOf = ({observed}: DnsResolveResult) => observed?.records.map(({data}) => data).toSorted();
  const CLUSTER = () => [`${namespace}.${SUFFIX}`, SUFFIX, 'cluster.local'];

  it('a pod asks by its own resolv.conf, and is answered as the objects predict', async () => {
    const result = await resolve('web', 'pod/plain');
    const told = parsed(result);
    expect([result.code, told.agree]).toEqual([0, true]);
    expect(told.resolver).toEqual({nameservers: ['10.96.0.10'], search: CLUSTER(), options: ['ndots:5']});
    expect(told.found).toEqual({at: 'pod/plain', predicted: told.resolver, differences: []});
    expect(told.answers).toMatchObject([{server: '10.96.0.10:53 from pod/plain', rcode: 'NOERROR', agree: true, problem: null}]);
    expect(told.steps.map(({query, rcode}) => [query, rcode])).toEqual([[`web.${namespace}.${SUFFIX}.`, 'NOERROR']]);
    expect(result.stderr.trim().split('\n')).toEqual([expect.stringMatching(/pod\/plain as an ephemeral container.*stays/)]);
  });

  it('a pod with dnsConfig asks by its own search list and ndots', async () => {
    const told = parsed(await resolve('pair.corp', 'pod/own'));
    // one dot is enough for its ndots: the name as it is comes first, and nothing of it is the cluster's
    expect(told.resolver.search).toEqual([...CLUSTER(), 'corp.example']);
    expect(told.resolver.options).toEqual(['ndots:1']);
    expect(told.found?.differences).toEqual([]);
    expect(told.steps[0]?.query).toBe('pair.corp.');
    const short = await resolve('web', 'pod/own');
    expect([short.code, parsed(short).steps.length]).toEqual([0, 1]);
  });

  it('a pod with policy Default asks outside of the cluster, where nothing is predicted', async () => {
    const told = parsed(await resolve(`web.${namespace}.${SUFFIX}.`, 'pod/nodes'));
    expect(told.resolver.nameservers).not.toContain('10.96.0.10');
    expect(told.found).toMatchObject({at: 'pod/nodes', differences: []});
    expect(told).toMatchObject({predicted: {rcode: 'UNKNOWN'}, agree: null});
  });

  it('a node asks by its own resolver, of which the API says nothing', async () => {
    const {stderr, ...result} = await resolve(`web.${namespace}.${SUFFIX}.`, 'node/node2');
    expect(parsed({stderr, ...result}).found).toMatchObject({at: 'node/node2', predicted: null, differences: []});
    expect(stderr).not.toContain('ephemeral');
    const jobs = (await client.get(`/apis/batch/v1/namespaces/${namespace}/jobs`)) as {items: readonly KubernetesObject[]};
    expect(jobs.items).toEqual([]);
  });

  it('a headless Service has its endpoints’ addresses, and their ports by SRV', async () => {
    const result = await resolve('pair', 'pod/plain');
    expect([result.code, parsed(result).agree, dataOf(parsed(result))]).toEqual([0, true, ['198.51.100.1', '198.51.100.2']]);
    const srv = await resolve('_http._tcp.pair', 'pod/plain', '--type', 'SRV');
    expect([srv.code, parsed(srv).agree, parsed(srv).observed?.records.length]).toEqual([0, true, 2]);
  });

  it('an ExternalName is a CNAME, whatever it leads to outside', async () => {
    const result = await resolve('elsewhere', 'pod/plain');
    expect([result.code, parsed(result).agree]).toEqual([0, true]);
    expect(parsed(result).observed?.records[0]).toMatchObject({type: 'CNAME', data: 'elsewhere.example.'});
  });

  it('a name that does not exist is exit 3, after every domain of the search list', async () => {
    const result = await resolve(`absent.${namespace}.${SUFFIX}.`, 'pod/plain');
    expect([result.code, parsed(result).agree, parsed(result).observed?.rcode]).toEqual([3, true, 'NXDOMAIN']);
    const searched = parsed(await resolve('absent', 'pod/plain'));
    expect(searched.steps.slice(0, 3).map(({query, rcode}) => [query, rcode])).toEqual(
      CLUSTER().map((domain) => [`absent.${domain}.`, 'NXDOMAIN']),
    );
  });

  it('a name server that is silent is exit 4, and which one it is is told', async () => {
    const result = await resolve('web.', 'pod/dead');
    expect(result.code).toBe(4);
    expect(parsed(result)).toMatchObject({observed: null, found: {differences: []}, resolver: {nameservers: ['198.51.100.53']}});
    expect(parsed(result).answers).toMatchObject([{rcode: null, problem: expect.stringContaining('198.51.100.53:53')}]);
  });

  it('a resolv.conf that is not as the spec asks for is exit 1, though the answer be right', async () => {
    // the runtime gives all containers of a pod the same file
    const change = ['sh', '-c', 'sed s/ndots:5/ndots:1/ /etc/resolv.conf >/tmp/new && cat /tmp/new >/etc/resolv.conf'];
    const target = {namespace, pod: 'hosted', container: null};
    expect((await resolve('web', 'pod/hosted')).code).toBe(0);
    expect(await execInContainer(client, target, change, AbortSignal.timeout(20_000))).toMatchObject({exitCode: 0});
    const result = await resolve('web', 'pod/hosted');
    expect([result.code, parsed(result).agree]).toEqual([1, false]);
    expect(parsed(result).found?.differences).toEqual(['options: found ndots:1, predicted ndots:5']);
    expect(parsed(result).answers).toMatchObject([{agree: true}]);
    const page = await kiada(['dns', 'resolve', 'web', '--from', 'pod/hosted', '-n', namespace]);
    expect(page.stdout).toContain('not as its spec asks for');
  });

  it('agents end with the command, in pods whose containers share their processes too', async () => {
    await resolve('web', 'pod/hosted');
    await until('all agents have ended', async () => {
      const {status} = (await client.get(`/api/v1/namespaces/${namespace}/pods/hosted`)) as {
        status: {ephemeralContainerStatuses?: readonly {state?: {terminated?: object}}[]};
      };
      const states = status.ephemeralContainerStatuses ?? [];
      return states.length > 0 && states.every(({state}) => state?.terminated !== undefined);
    });
  });

  it('a stale answer is exit 1, and shown with the pods of the cluster’s DNS that give it', async () => {
    const services = `/api/v1/namespaces/${namespace}/services`;
    const spec = {ports: [{port: 80}]};
    const old = await create(client, services, {metadata: {name: 'moved'}, spec});
    const oldIP = (old['spec'] as {clusterIP: string}).clusterIP;
    // every pod of the cluster's DNS is made to remember the first address
    await until('the name is known', async () => (await kiada(['dns', 'resolve', 'moved', '-n', namespace])).code === 0);
    await client.send({method: 'DELETE', path: `${services}/moved`});
    await create(client, services, {metadata: {name: 'moved'}, spec});
    const result = await resolve('moved', 'pod/plain');
    expect([result.code, dataOf(parsed(result))]).toEqual([1, [oldIP]]);
    const [own, ...pods] = parsed(result).answers;
    expect(own).toMatchObject({server: '10.96.0.10:53 from pod/plain', agree: false});
    expect(pods.map(({server}) => server)).toEqual(pods.map(() => expect.stringMatching(/^pod kube-system\/coredns-/)));
    expect(pods.filter(({agree}) => agree === false).length).toBeGreaterThan(0);
  });

  it('without the right to put a container into the pod, a pod beside it with the same resolver asks', async () => {
    const ask = await asAccount('edit');
    const result = await ask('pair', '--from', 'pod/own');
    expect([result.code, dataOf(parsed(result))]).toEqual([0, ['198.51.100.1', '198.51.100.2']]);
    expect(parsed(result).resolver.options).toEqual(['ndots:1']);
    expect(parsed(result).found).toMatchObject({at: expect.stringMatching(/^a pod on node \S+ beside pod\/own$/), differences: []});
    expect(result.stderr).toBe('');
  });

  it('without the right to start anything, or to forward, it is exit 4 and another way is told', async () => {
    const ask = await asAccount('view');
    const refusals = [
      {result: await ask('web', '--from', 'pod/own'), hint: /Leave --from out/},
      {result: await ask('web'), hint: /--from.*--predict-only/},
    ];
    for (const {result, hint} of refusals) {
      expect(result.code).toBe(4);
      expect(JSON.parse(result.stdout)).toMatchObject({error: {code: 'FORBIDDEN', hint: expect.stringMatching(hint)}});
    }
    expect((await ask('web', '--from', 'pod/own', '--predict-only')).code).toBe(0);
  });

  /** Asks with the rights of a ClusterRole in the namespace, and to read everything, until the test ends. */
  async function asAccount(role: string): Promise<(...args: string[]) => Promise<CliResult>> {
    const name = `${role}-${randomBytes(3).toString('hex')}`;
    const folder = mkdtempSync(path.join(os.tmpdir(), 'kiada-dns-'));
    onTestFinished(() => rmSync(folder, {recursive: true}));
    const kubeconfig = path.join(folder, 'kubeconfig');
    await makeAccount(client, namespace, name, role);
    const takeBack = await grantEverywhere(client, namespace, name, 'view');
    onTestFinished(async () => void (await takeBack()));
    writeFileSync(kubeconfig, await kubeconfigOf(client, namespace, name));
    await until('the rights of the ServiceAccount', async () => (await kiada(['svc', 'list', '-A'], {kubeconfig})).code === 0);
    return (...args) => kiada(['dns', 'resolve', ...args, '-o', 'json'], {kubeconfig});
  }
});

function sleeper(name: string, spec: object): object {
  return {
    metadata: {name},
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [{name: 'shell', image: 'busybox', imagePullPolicy: 'IfNotPresent', command: ['sleep', '86400']}],
      ...spec,
    },
  };
}

/** Two endpoints that nobody has: names are all that is asked for. */
function pairSlice(): object {
  return {
    metadata: {name: 'pair-1', labels: {'kubernetes.io/service-name': 'pair'}},
    addressType: 'IPv4',
    ports: [{name: 'http', port: 80, protocol: 'TCP'}],
    endpoints: [{addresses: ['198.51.100.1']}, {addresses: ['198.51.100.2']}],
  };
}
