import {expect, it} from 'vitest';
import type {KubeClient} from '../../src/kube/index.ts';
import type {Route, ServiceRouteResult} from '../../src/model/index.ts';
import {kiada, kiadaJson} from './genuine/cli.ts';
import {describeOnCluster} from './genuine/cluster.ts';
import {ownNamespace} from './genuine/own-namespace.ts';
import {deployWeb} from './genuine/web.ts';

describeOnCluster('routes of a genuine cluster, as they are and as they would be', () => {
  let client: KubeClient;
  let namespace: string;
  ownNamespace(deployWeb, (...own) => {
    [namespace, client] = own;
  });
  const route = (service: string, ...flags: string[]) =>
    kiadaJson<ServiceRouteResult>(['svc', 'route', service, '-n', namespace, ...flags]);
  const shares = ({endpoints}: Route) => Object.fromEntries(endpoints.map(({pod, probability}) => [pod, probability]));
  const HALVES = {'web-1': 0.5, 'web-2': 0.5};

  it('--matrix has each path by node: shares, and where a node drops', async () => {
    const {routes, matrix} = await route('web-balanced', '--matrix');
    expect(routes.map((each) => [each.via, each.entryNode, each.verdict, shares(each)])).toEqual([
      ['clusterip', 'node1', 'forward', HALVES],
      ['nodeport', 'node1', 'forward', {'web-1': 1}],
      ['loadbalancer', 'node1', 'forward', {'web-1': 1}],
      ['clusterip', 'node2', 'forward', HALVES],
      ['nodeport', 'node2', 'forward', {'web-2': 1}],
      ['loadbalancer', 'node2', 'forward', {'web-2': 1}],
      ['clusterip', 'node3', 'forward', HALVES],
      ['nodeport', 'node3', 'drop', {}],
      ['loadbalancer', 'node3', 'drop', {}],
    ]);
    expect(matrix).toHaveLength(3);
    const {stdout} = await kiada(['svc', 'route', 'web-balanced', '-n', namespace, '--matrix', '--via', 'nodeport']);
    const table = stdout.split('\n').map((line) => line.trim().split(/\s{2,}/));
    expect(table).toContainEqual(['node1', '100.0 %', '.']);
    expect(table).toContainEqual(['node3', 'drop']);
  });

  it('--with-replicas imagines pods where a scheduler would put them', async () => {
    const asked = ['--via', 'clusterip', '--from', 'pod/caller'];
    const {routes, before, whatIf} = await route('web', '--with-replicas', '4', ...asked);
    expect(whatIf).toEqual(['4 replicas']);
    expect(before?.map(shares)).toEqual([HALVES, HALVES]);
    for (const each of routes) {
      expect(Object.values(shares(each))).toEqual([0.25, 0.25, 0.25, 0.25]);
      expect(Object.keys(shares(each))).toEqual(expect.arrayContaining(['web-1', 'web-2']));
      // the third goes to the node that has none yet
      expect(new Set(each.endpoints.map(({node}) => node))).toEqual(new Set(['node1', 'node2', 'node3']));
    }
    const fewer = await route('web', '--with-replicas', '1', ...asked);
    expect(fewer.routes.map(({endpoints}) => endpoints.length)).toEqual([1, 1]);
    const none = await route('web', '--with-replicas', '0', ...asked);
    expect(none.routes.map(({verdict}) => verdict)).toEqual(['reject', 'reject']);
  });

  it('--set and --without imagine another Service, or a pod gone', async () => {
    const asked = ['--via', 'clusterip', '--from', 'pod/caller'];
    const local = await route('web', '--set', 'internalTrafficPolicy=Local', ...asked);
    expect(local.routes.map(({verdict, excluded}) => [verdict, excluded.map(({reason}) => reason)])).toEqual([
      ['drop', ['OtherNode', 'OtherNode']],
      ['drop', ['OtherNode', 'OtherNode']],
    ]);
    const without = await route('web', '--without', 'pod/web-1', ...asked);
    expect(without.routes.map(shares)).toEqual([{'web-2': 1}, {'web-2': 1}]);
    const slip = await kiada(['svc', 'route', 'web', '-n', namespace, '--set', 'internalTrafficPolicy=Loca']);
    expect([slip.code, slip.stderr]).toEqual([2, expect.stringContaining('It can be: Cluster, Local')]);
  });

  it('nothing of this is written to the cluster', async () => {
    const service = (await client.get(`/api/v1/namespaces/${namespace}/services/web`)) as {spec: {internalTrafficPolicy: string}};
    expect(service.spec.internalTrafficPolicy).toBe('Cluster');
  });

  it('a vantage, port or node that is not there is exit 3 and told with what is', async () => {
    const refused = async (...flags: string[]) => {
      const {code, stderr} = await kiada(['svc', 'route', 'web', '-n', namespace, ...flags]);
      return [code, stderr];
    };
    expect(await refused('--from', 'pod/caler')).toEqual([3, expect.stringContaining('caller')]);
    expect(await refused('--from', 'node/node9')).toEqual([3, expect.stringContaining('node1')]);
    expect(await refused('--port', 'htp')).toEqual([3, expect.stringContaining('http (80)')]);
    expect(await refused('--entry', 'node9', '--via', 'clusterip')).toEqual([3, expect.stringContaining('node9')]);
  });
});
