import path from 'node:path';
import {beforeAll, expect, it} from 'vitest';
import type {KubeClient} from '../../src/kube/index.ts';
import type {KubernetesObject, ProbeResult} from '../../src/model/index.ts';
import {kiada, kiadaJson} from './genuine/cli.ts';
import {create, describeOnCluster, makeNamespace} from './genuine/cluster.ts';
import {ownNamespace} from './genuine/own-namespace.ts';
import {until} from './genuine/until.ts';

const MANIFEST = path.join(import.meta.dirname, 'manifests/probe-kinds.yaml');

describeOnCluster('each kind of readiness probe in a genuine cluster', () => {
  let client: KubeClient;
  let namespace: string;
  ownNamespace(makeNamespace, (...own) => {
    [namespace, client] = own;
  });
  beforeAll(async () => {
    await kiadaJson(['apply', '-n', namespace, '-f', MANIFEST]);
    // the kubelet has made up its mind about all of them: half are ready, the others have run and failed
    await until(
      'half of the pods are ready and all have failed or passed their probes',
      async () => {
        const {items} = (await client.get(`/api/v1/namespaces/${namespace}/pods`)) as {items: readonly KubernetesObject[]};
        const ready = items.filter((pod) => conditionOf(pod, 'Ready') === 'True').map(({metadata}) => metadata?.name ?? '');
        return ready.toSorted().join() === 'exec-yes,grpc-quote,http-found,tcp-open';
      },
      90_000,
    );
  });

  const probe = (target: string, code: number, ...flags: string[]) =>
    kiadaJson<ProbeResult>(['probe', target, '-n', namespace, ...flags], {code});
  const rows = ({targets}: ProbeResult) =>
    (targets[0]?.endpoints ?? [])
      .map(({pod, apiReady, probe: {kind, outcome}, agree}) => [pod, apiReady, kind, outcome, agree])
      .toSorted((one, other) => (String(one[0]) < String(other[0]) ? -1 : 1));
  const detailOf = ({targets}: ProbeResult, pod: string) => targets[0]?.endpoints.find((row) => row.pod === pod)?.probe.detail;

  it('exec and httpGet are executed without an agent, and say what the kubelet says', async () => {
    const exec = await probe('svc/exec', 0);
    expect(rows(exec)).toEqual([
      ['exec-no', false, 'exec', 'failure', true],
      ['exec-yes', true, 'exec', 'success', true],
    ]);
    expect(detailOf(exec, 'exec-no')).toContain('not yet');
    const http = await probe('svc/http', 1, '--min-ready', 'all');
    expect(rows(http)).toEqual([
      ['http-found', true, 'httpGet', 'success', true],
      ['http-lost', false, 'httpGet', 'failure', true],
    ]);
    expect(detailOf(http, 'http-lost')).toContain('404');
  });

  it('tcpSocket and grpc need an agent: without one they are unknown, and never called healthy', async () => {
    for (const [target, kind] of [
      ['svc/tcp', 'tcpSocket'],
      ['svc/grpc', 'grpc'],
    ] as const) {
      const result = await probe(target, 4);
      expect(result.verdict).toBe('unknown');
      expect(rows(result).map(([, , is, outcome, agree]) => [is, outcome, agree])).toEqual([
        [kind, 'unknown', null],
        [kind, 'unknown', null],
      ]);
      expect(result.targets[0]?.endpoints[0]?.probe.detail).toContain('--from');
    }
  });

  it('tcpSocket at a node: an open port passes, a shut one is refused', async () => {
    const result = await probe('svc/tcp', 0, '--from', 'node/node1');
    expect(result.targets[0]).toMatchObject({verdict: 'healthy', ready: 1, total: 2, via: null, from: 'node/node1'});
    expect(rows(result)).toEqual([
      ['tcp-open', true, 'tcpSocket', 'success', true],
      ['tcp-shut', false, 'tcpSocket', 'failure', true],
    ]);
    expect(detailOf(result, 'tcp-shut')).toContain('refused');
  });

  it('grpc at a pod: serving passes, not serving fails in the kubelet’s words', async () => {
    const result = await probe('svc/grpc', 1, '--from', 'pod/exec-yes', '--min-ready', 'all');
    expect(rows(result)).toEqual([
      ['grpc-quiz', false, 'grpc', 'failure', true],
      ['grpc-quote', true, 'grpc', 'success', true],
    ]);
    expect(detailOf(result, 'grpc-quiz')).toBe('service unhealthy (responded with "NOT_SERVING")');
  });

  it('another probe than the declared one is executed where it is asked for, and may disagree with the API', async () => {
    const result = await probe('svc/tcp', 0, '--tcp', '--from', 'node/node1');
    expect(rows(result).map(([pod, , , outcome, agree]) => [pod, outcome, agree])).toEqual([
      ['tcp-open', 'success', true],
      ['tcp-shut', 'success', false],
    ]);
    const grpc = await probe('pod/grpc-quiz:9090', 1, '--grpc', '--from', 'node/node1'); // the API does not call it ready
    expect(rows(grpc)).toEqual([['grpc-quiz', false, 'grpc', 'success', false]]);
  });

  it('an endpoint without a pod is connected to from the vantage', async () => {
    const nginx = (await client.get(`/api/v1/namespaces/${namespace}/pods/tcp-open`)) as {status: {podIP: string}};
    await create(client, `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, {
      metadata: {name: 'by-hand-1', labels: {'kubernetes.io/service-name': 'by-hand'}},
      addressType: 'IPv4',
      ports: [{name: 'http', port: 80, protocol: 'TCP'}],
      endpoints: [{addresses: [nginx.status.podIP]}],
    });
    expect(rows(await probe('svc/by-hand', 4))).toEqual([[null, true, 'tcpSocket', 'unknown', null]]);
    expect(rows(await probe('svc/by-hand', 0, '--from', 'node/node1'))).toEqual([[null, true, 'tcpSocket', 'success', true]]);
  });

  it('--min-ready counts endpoints, as a number or a share; --wait gives up with 124', async () => {
    const codes = async (...flags: string[]) => (await kiada(['probe', 'svc/exec', '-q', '-n', namespace, ...flags])).code;
    expect(await codes('--min-ready', '50%')).toBe(0);
    expect(await codes('--min-ready', '51%')).toBe(1);
    expect(await codes('--min-ready', '2')).toBe(1);
    expect(await codes('--min-ready', '2', '--wait', '--timeout', '2s')).toBe(124);
  });
});

function conditionOf(pod: KubernetesObject, type: string): string | undefined {
  const conditions = (pod['status'] as {conditions?: readonly {type: string; status: string}[]} | undefined)?.conditions ?? [];
  return conditions.find((condition) => condition.type === type)?.status;
}
