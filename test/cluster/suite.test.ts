import {beforeAll, expect, it} from 'vitest';
import type {KubeClient} from '../../src/kube/index.ts';
import type {ApplyResult, DemoResult, KubernetesObject} from '../../src/model/index.ts';
import {kiada, kiadaJson} from './genuine/cli.ts';
import {create, describeOnCluster, makeNamespace} from './genuine/cluster.ts';
import {ownNamespace} from './genuine/own-namespace.ts';
import {until} from './genuine/until.ts';

const SLOW_MS = 300_000;
/** The numbers that the book gives to Kiada. */
const NODE_PORTS: readonly number[] = [30080, 30443];

describeOnCluster('the suite in a cluster that has none of its images', () => {
  let client: KubeClient;
  let namespace: string;
  ownNamespace(makeNamespace, (...own) => {
    [namespace, client] = own;
  });
  beforeAll(async () => {
    await until('the namespace takes pods', () =>
      client.get(`/api/v1/namespaces/${namespace}/serviceaccounts/default`).then(
        () => true,
        () => false,
      ),
    );
  });
  beforeAll(async () => {
    // what other files have made may still be on its way out
    await until(
      'the suite’s node ports are free',
      async () => !(await takenNodePorts(client)).some((port) => NODE_PORTS.includes(port)),
      120_000,
    );
    await create(client, `/api/v1/namespaces/${namespace}/configmaps`, {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'foreign'}});
  });
  const there = async (plural: string) => {
    const {items} = (await client.get(`/api/v1/namespaces/${namespace}/${plural}`)) as {items: KubernetesObject[]};
    return items.map(({metadata}) => metadata?.name ?? '').filter((name) => name !== 'kube-root-ca.crt' && name !== 'foreign');
  };

  it(
    'the demonstration ends with 0 and --no-keep leaves nothing but what was there before',
    async () => {
      const refused = await kiada(['demo', '--kubeconfig', process.env['KIADA_TEST_CLUSTER'] ?? '', '-n', namespace]);
      expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('--yes')]);
      const args = [
        'demo',
        '--kubeconfig',
        process.env['KIADA_TEST_CLUSTER'] ?? '',
        '-n',
        namespace,
        '--yes',
        '--no-keep',
        '--duration',
        '2s',
      ];
      const {steps} = await kiadaJson<DemoResult>(args, {timeoutMs: SLOW_MS});
      const kinds = steps.map(({kind}) => kind).filter((kind) => kind !== 'skipped');
      expect(kinds).toEqual(expect.arrayContaining(['cluster', 'applied', 'services', 'resolved', 'probed', 'answered', 'loaded', 'end']));
      const answered = steps.find((step) => step.kind === 'answered');
      expect(answered?.reply.quote).not.toMatch(/^(ERROR.*)?$/);
      expect(answered?.reply.question).not.toMatch(/^(ERROR.*)?$/);
      for (const plural of ['pods', 'services', 'configmaps', 'secrets', 'persistentvolumeclaims']) {
        expect(await there(plural), plural).toEqual([]);
      }
    },
    SLOW_MS,
  );

  it(
    'Quiz keeps its data in SQLite where that is asked for; its pod is replaced when the store is another, and kept otherwise',
    async () => {
      const containers = async () => {
        const pod = (await client.get(`/api/v1/namespaces/${namespace}/pods/quiz`)) as {spec?: {containers: {name: string}[]}};
        return pod.spec?.containers.map(({name}) => name);
      };
      const apply = (...flags: string[]) => kiadaJson<ApplyResult>(['apply', 'quiz', '-n', namespace, ...flags]);
      await apply('--quiz-store', 'sqlite', '--wait');
      expect(await containers()).toEqual(['quiz-api']);
      expect((await apply()).objects.map(({action}) => action)).not.toContain('created');
      await apply('--quiz-store', 'mongo');
      expect(await containers()).toEqual(['quiz-api', 'mongo']);
      const gone = await kiadaJson<ApplyResult>(['delete', 'quiz', '-n', namespace, '--wait']);
      expect(gone.objects.map(({action}) => action)).not.toContain('absent');
      expect(await there('pods')).toEqual([]);
      expect(await there('configmaps')).toEqual([]);
    },
    SLOW_MS,
  );

  it(
    'Kiada answers over TLS by its sidecar, and the setups of readiness become ready',
    async () => {
      await kiadaJson(['apply', 'kiada-readiness', 'hostname-subdomain', 'quote-readiness', '-n', namespace, '--wait'], {
        timeoutMs: SLOW_MS,
      });
      const ready = await kiada(['probe', 'pod/kiada-readiness', '-n', namespace]);
      expect([ready.code, ready.stderr]).toEqual([0, '']);
      const {stdout} = await kiada(['setup', 'show', 'kiada-readiness', '--for', 'cluster']);
      expect((await kiada(['apply', '-n', namespace, '-f', '-', '--force-conflicts'], {input: stdout})).stderr).toBe('');
    },
    SLOW_MS,
  );
});

async function takenNodePorts(client: KubeClient): Promise<readonly number[]> {
  const {items} = (await client.get('/api/v1/services')) as {items: readonly {spec: {ports?: readonly {nodePort?: number}[]}}[]};
  return items.flatMap(({spec}) => (spec.ports ?? []).flatMap(({nodePort}) => nodePort ?? []));
}
