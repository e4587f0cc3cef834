import {mkdtempSync, rmSync} from 'node:fs';
import {createServer} from 'node:http';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {PassThrough} from 'node:stream';
import type {KubernetesObject, Program} from '../../../src/model/index.ts';
import type {Clock} from '../../../src/probe/index.ts';
import type {Api} from '../../../src/sandbox/api.ts';
import type {Image} from '../../../src/sandbox/image.ts';
import {type Kubelets, startKubelets} from '../../../src/sandbox/kubelet/index.ts';
import {asPod, type PodObject} from '../../../src/sandbox/kubelet/pod/pod-object.ts';
import type {PodNetwork} from '../../../src/sandbox/pod-network.ts';
import type {LogOptions} from '../../../src/sandbox/pod-runtime.ts';
import {viewOf} from '../../../src/view/index.ts';
import {fakeApi} from './fake-api.ts';
import {fakeNetwork} from './fake-network.ts';

/** Answers 200, or 503 where /var/unready exists, on PORT (default 8080). Ends with 0 on SIGTERM. */
export const web: Program = async (context) => {
  const http = createServer((request, response) => {
    context.stdout(`${request.method} ${request.url}\n`);
    response.writeHead(context.files.exists('/var/unready') ? 503 : 200).end(`hello from ${context.hostname}\n`);
  });
  const listener = context.network.listen({port: Number(context.env['PORT'] ?? 8080)}, (connection) => {
    http.emit('connection', connection);
  });
  const {promise, resolve} = Promise.withResolvers<number>();
  context.onSignal('SIGTERM', () => {
    context.stdout('bye\n');
    resolve(0);
  });
  context.signal.addEventListener('abort', () => resolve(137));
  const code = await promise;
  listener.close();
  return code;
};

const base = {summary: '', env: {}, workingDir: '/', files: {}, programs: {}, entrypoint: [], cmd: ['sh'], hasShell: true};

export const IMAGES: readonly Image[] = [
  {...base, names: ['busybox']},
  {...base, names: ['web'], entrypoint: ['web'], cmd: [], programs: {web}, env: {GREETING: 'hi'}},
];

export interface TestCluster {
  readonly api: Api;
  readonly network: PodNetwork;
  kubelets: Kubelets;
  /** Ends the kubelets and starts others over the same store and folder. */
  reboot(): Promise<void>;
  pod(name: string): PodObject | null;
  /** Creates a pod on the first node. */
  run(name: string, spec: Record<string, unknown>, metadata?: Record<string, unknown>): void;
  logs(name: string, options?: Partial<LogOptions> & {container?: string}): Promise<string>;
  exec(
    name: string,
    command: readonly string[],
    options?: {stdin?: string; container?: string},
  ): Promise<{exit: number | string; stdout: string; stderr: string}>;
  events(name: string): string[];
  readonly dataDir: string;
  close(): Promise<void>;
}

export function startTestCluster(
  options: {
    clock?: Clock;
    objects?: readonly KubernetesObject[];
    names?: Record<string, string>;
    podCIDRs?: readonly string[];
    issueToken?: (request: {readonly serviceAccount: string}) => string;
  } = {},
): TestCluster {
  const api = fakeApi();
  const network = fakeNetwork(options.names);
  const dataDir = mkdtempSync(path.join(tmpdir(), 'kubelet-'));
  const problems: string[] = [];
  const view = viewOf(options.objects ?? []);
  const start = () =>
    startKubelets({
      api,
      network,
      images: IMAGES,
      dataDir,
      nodes: [
        {
          name: 'node-1',
          zone: 'zone-a',
          addresses: ['172.18.0.2', 'fc00:18::2'],
          podCIDRs: options.podCIDRs ?? ['10.244.1.0/24', 'fd00:10:244:1::/64'],
        },
      ],
      view: () => view,
      issueToken: options.issueToken ?? (({serviceAccount}) => `token-of-${serviceAccount}`),
      clusterDNS: ['10.96.0.10'],
      log: (message) => problems.push(message),
      ...(options.clock ? {clock: options.clock} : {}),
    });
  const cluster: TestCluster = {
    api,
    network,
    kubelets: start(),
    dataDir,
    async reboot() {
      await cluster.kubelets.close();
      cluster.kubelets = start();
    },
    pod: (name) => {
      const pod = api.get('pods', 'test', name);
      return pod && asPod(pod);
    },
    run: (name, spec, metadata = {}) => {
      api.create('pods', {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {name, namespace: 'test', ...metadata},
        spec: {nodeName: 'node-1', restartPolicy: 'Always', dnsPolicy: 'ClusterFirst', terminationGracePeriodSeconds: 30, ...spec},
      });
    },
    async logs(name, {container = null, ...rest} = {} as never) {
      const all: LogOptions = {
        follow: false,
        previous: false,
        timestamps: false,
        tailLines: null,
        sinceSeconds: null,
        sinceTime: null,
        limitBytes: null,
        ...rest,
      };
      const parts: Uint8Array[] = [];
      for await (const part of cluster.kubelets.runtime.logs({namespace: 'test', name, container}, all, AbortSignal.timeout(5000)))
        parts.push(part);
      return Buffer.concat(parts).toString();
    },
    async exec(name, command, {stdin, container} = {}) {
      const [stdout, stderr] = [new PassThrough(), new PassThrough()];
      const [out, err] = [collect(stdout), collect(stderr)];
      const input = stdin === undefined ? null : new PassThrough();
      input?.end(stdin);
      const ended = await cluster.kubelets.runtime.exec(
        {namespace: 'test', name, container: container ?? null},
        {command, tty: false, stdin: input, stdout, stderr, resize: null},
        AbortSignal.timeout(20_000),
      );
      stdout.end();
      stderr.end();
      return {exit: ended.kind === 'exited' ? ended.exitCode : ended.message, stdout: await out, stderr: await err};
    },
    events: (name) =>
      api
        .list('events')
        .filter((event) => (event['involvedObject'] as {name: string}).name === name)
        .map((event) => `${event['reason']}: ${event['message']}`),
    async close() {
      await cluster.kubelets.close();
      rmSync(dataDir, {recursive: true, force: true});
      if (problems.length > 0) throw new Error(problems.join('\n'));
    },
  };
  return cluster;
}

async function collect(stream: PassThrough): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

/** Waits until the condition gives something, with a deadline. */
export async function eventually<T>(
  condition: () => T | Promise<T>,
  what: string,
  deadlineMs = 15_000,
): Promise<Exclude<NonNullable<T>, false>> {
  const started = Date.now();
  for (;;) {
    const value = await condition();
    if (value) return value as Exclude<NonNullable<T>, false>;
    if (Date.now() - started > deadlineMs) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export function conditionOf(pod: PodObject | null, type: string): string | undefined {
  return pod?.status?.conditions?.find((condition) => condition.type === type)?.status;
}
