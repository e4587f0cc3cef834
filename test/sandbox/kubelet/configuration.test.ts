import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {conditionOf, eventually, startTestCluster, type TestCluster} from './cluster.ts';

let cluster: TestCluster;
const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {name: 'quote', namespace: 'test'},
  spec: {clusterIP: '10.96.1.1', clusterIPs: ['10.96.1.1'], ports: [{name: 'http', port: 80, protocol: 'TCP'}], type: 'ClusterIP'},
};
beforeEach(() => {
  cluster = startTestCluster({objects: [service]});
});
afterEach(() => cluster.close());

const SLEEP = {image: 'busybox', command: ['sleep', 'infinity']};
const ready = (name: string) => eventually(() => conditionOf(cluster.pod(name), 'Ready') === 'True', `${name} is ready`);
const configMap = (name: string, data: Record<string, string>) =>
  cluster.api.create('configmaps', {metadata: {name, namespace: 'test'}, data});
const text = async (name: string, ...command: string[]) => (await cluster.exec(name, command)).stdout;

describe('environment', () => {
  it('comes from values, references, objects, the pod and Services', async () => {
    configMap('config', {color: 'blue'});
    cluster.api.create('secrets', {
      metadata: {name: 'secret', namespace: 'test'},
      data: {password: Buffer.from('geheim').toString('base64')},
    });
    const env = [
      {name: 'A', value: 'one'},
      {name: 'B', value: '$(A)-$(QUOTE_SERVICE_HOST)-$$(A)-$(NONE)'},
      {name: 'IP', valueFrom: {fieldRef: {fieldPath: 'status.podIP'}}},
      {name: 'LABEL', valueFrom: {fieldRef: {fieldPath: "metadata.labels['app']"}}},
      {name: 'PASSWORD', valueFrom: {secretKeyRef: {name: 'secret', key: 'password'}}},
      {name: 'CPU', valueFrom: {resourceFieldRef: {resource: 'limits.cpu', divisor: '1m'}}},
    ];
    cluster.run(
      'full',
      {
        containers: [
          {
            name: 'main',
            ...SLEEP,
            args: ['$(A)'],
            command: ['sh', '-c', 'echo $0; sleep infinity'],
            env,
            envFrom: [{prefix: 'C_', configMapRef: {name: 'config'}}],
            resources: {limits: {cpu: '0.3'}},
          },
        ],
      },
      {labels: {app: 'x'}},
    );
    await ready('full');
    const lines = (await text('full', 'env')).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'A=one',
        'B=one-10.96.1.1-$(A)-$(NONE)',
        'IP=10.244.1.2',
        'LABEL=x',
        'PASSWORD=geheim',
        'CPU=300',
        'C_color=blue',
        'QUOTE_SERVICE_PORT_HTTP=80',
        'HOSTNAME=full',
      ]),
    );
    await expect.poll(() => cluster.logs('full')).toBe('one\n');
  });

  it('waits in CreateContainerConfigError for what is missing, and goes on when it is there', async () => {
    const env = [{name: 'COLOR', valueFrom: {configMapKeyRef: {name: 'later', key: 'color'}}}];
    cluster.run('waiting', {containers: [{name: 'main', ...SLEEP, env}]});
    const state = await eventually(
      () =>
        cluster.pod('waiting')?.status?.containerStatuses?.find(({state}) => state.waiting?.reason === 'CreateContainerConfigError')?.state,
      'it waits',
    );
    expect(state.waiting?.message).toBe('configmap "later" not found');
    configMap('later', {other: 'x'});
    await eventually(
      () => cluster.events('waiting').includes("Failed: Error: couldn't find key color in ConfigMap test/later"),
      'it misses the key',
    );
    cluster.api.change('configmaps', 'test', 'later', (draft) => {
      draft.data.color = 'green';
      return undefined;
    });
    await ready('waiting');
    expect(await text('waiting', 'printenv', 'COLOR')).toBe('green\n');
  });
});

describe('files that the kubelet manages', () => {
  it('are hosts, hostname and resolv.conf', async () => {
    cluster.run('named', {
      hostname: 'me',
      subdomain: 'sub',
      hostAliases: [{ip: '1.2.3.4', hostnames: ['foo', 'bar']}],
      containers: [{name: 'main', ...SLEEP}],
    });
    await ready('named');
    const hosts = await text('named', 'cat', '/etc/hosts');
    expect(hosts).toContain('10.244.1.2\tme.sub.test.svc.cluster.local\tme\n');
    expect(hosts).toContain('\n# Entries added by HostAliases.\n1.2.3.4\tfoo\tbar\n');
    expect(await text('named', 'hostname')).toBe('me\n');
    expect(await text('named', 'cat', '/etc/resolv.conf')).toBe(
      'search test.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n',
    );
  });
});

describe('volumes', () => {
  it('show a ConfigMap, follow its changes, and cannot be written', async () => {
    configMap('files', {'a.txt': 'first'});
    const volumes = [
      {name: 'v', configMap: {name: 'files'}},
      {name: 'gone', configMap: {name: 'missing', optional: true}},
    ];
    const volumeMounts = [
      {name: 'v', mountPath: '/v'},
      {name: 'v', mountPath: '/one/file', subPath: 'a.txt'},
      {name: 'gone', mountPath: '/gone'},
    ];
    cluster.run('mounted', {volumes, containers: [{name: 'main', ...SLEEP, volumeMounts}]});
    await ready('mounted');
    expect(await text('mounted', 'cat', '/v/a.txt', '/one/file')).toBe('firstfirst');
    expect(await cluster.exec('mounted', ['sh', '-c', 'echo x > /v/a.txt'])).toMatchObject({
      exit: 1,
      stderr: expect.stringMatching(/[Rr]ead-only file system/),
    });
    cluster.api.change('configmaps', 'test', 'files', (draft) => {
      draft.data = {'b.txt': 'second'};
      return undefined;
    });
    await eventually(async () => (await text('mounted', 'ls', '/v')) === 'b.txt\n', 'the new file shows');
    expect(await text('mounted', 'cat', '/v/b.txt', '/one/file')).toBe('secondfirst');
  });

  it('wait for what is missing, with an event', async () => {
    cluster.run('late', {
      volumes: [{name: 'v', secret: {secretName: 'later'}}],
      containers: [{name: 'main', ...SLEEP, volumeMounts: [{name: 'v', mountPath: '/v'}]}],
    });
    await eventually(
      () => cluster.events('late').includes('FailedMount: MountVolume.SetUp failed for volume "v" : secret "later" not found'),
      'the event',
    );
    cluster.api.create('secrets', {metadata: {name: 'later', namespace: 'test'}, data: {k: Buffer.from('v').toString('base64')}});
    await ready('late');
    expect(await text('late', 'cat', '/v/k')).toBe('v');
  });

  it('project a token and the pod itself', async () => {
    const sources = [
      {serviceAccountToken: {path: 'token'}},
      {downwardAPI: {items: [{path: 'labels', fieldRef: {fieldPath: 'metadata.labels'}}]}},
    ];
    cluster.run(
      'projected',
      {
        serviceAccountName: 'robot',
        volumes: [{name: 'p', projected: {sources}}],
        containers: [{name: 'main', ...SLEEP, volumeMounts: [{name: 'p', mountPath: '/p', readOnly: true}]}],
      },
      {labels: {a: '1', b: 'x'}},
    );
    await ready('projected');
    expect(await text('projected', 'cat', '/p/token')).toBe('token-of-robot');
    expect(await text('projected', 'cat', '/p/labels')).toBe('a="1"\nb="x"');
  });

  it('of a claim outlast the pod, an emptyDir does not', async () => {
    cluster.api.create('persistentvolumes', {metadata: {name: 'pv-1'}, spec: {}});
    cluster.api.create('persistentvolumeclaims', {metadata: {name: 'data', namespace: 'test'}, spec: {volumeName: 'pv-1'}});
    const volumes = [
      {name: 'c', persistentVolumeClaim: {claimName: 'data'}},
      {name: 'e', emptyDir: {}},
    ];
    const spec = {
      volumes,
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: 'main',
          ...SLEEP,
          volumeMounts: [
            {name: 'c', mountPath: '/c'},
            {name: 'e', mountPath: '/e'},
          ],
        },
      ],
    };
    cluster.run('writer', spec);
    await ready('writer');
    await text('writer', 'sh', '-c', 'echo kept > /c/f; echo lost > /e/f; ln -s /etc /c/link');
    cluster.api.delete('pods', 'test', 'writer', {graceSeconds: 0});
    await eventually(() => cluster.pod('writer') === null, 'the writer is gone');
    cluster.run('reader', spec);
    await ready('reader');
    expect(await cluster.exec('reader', ['sh', '-c', 'cat /c/f; cat /e/f; cat /c/link/hostname'])).toMatchObject({
      stdout: 'kept\nreader\n',
    });
  });

  it('of the host lie in the sandbox, wherever their path leads', async () => {
    cluster.run('hosted', {
      volumes: [{name: 'h', hostPath: {path: '/../../etc'}}],
      containers: [{name: 'main', ...SLEEP, volumeMounts: [{name: 'h', mountPath: '/h'}]}],
    });
    await ready('hosted');
    expect(await text('hosted', 'ls', '/h')).toBe('');
  });
});
