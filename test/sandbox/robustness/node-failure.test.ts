import {once} from 'node:events';
import {connect} from 'node:net';
import {describe, expect, it, vi} from 'vitest';
import {type RunningSandbox, runSandbox} from './running-sandbox.ts';
import {ask, isReady, PODS, runPod, SERVICES} from './sandbox-client.ts';

const WAIT = {timeout: 30_000, interval: 150};
const NODE_PORT = 31_700 + (process.pid % 300);
const REQUEST = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

describe('connections in flight', () => {
  it("survive their endpoint's removal from the Service, and are reset when the pod dies", async () => {
    const sandbox = await runSandbox();
    await runPod(sandbox, 'web', {image: 'nginx'});
    await ask(sandbox, 'POST', SERVICES, {
      metadata: {name: 'web'},
      spec: {type: 'NodePort', selector: {app: 'web'}, ports: [{port: 80, nodePort: NODE_PORT}]},
    });
    await vi.waitFor(async () => expect(await endpoints(sandbox, 'web')).toEqual([true]), WAIT);
    const socket = connect({host: '127.0.0.1', port: NODE_PORT});
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    const ended = once(socket, 'error').then(([error]) => (error as NodeJS.ErrnoException).code);
    socket.write(REQUEST);
    await vi.waitFor(() => expect(text).toContain('Welcome to nginx'), WAIT);
    await ask(sandbox, 'PATCH', `${PODS}/web`, {metadata: {labels: {app: 'other'}}});
    await vi.waitFor(async () => expect(await endpoints(sandbox, 'web')).toEqual([]), WAIT);
    text = '';
    socket.write(REQUEST);
    await vi.waitFor(() => expect(text).toContain('Welcome to nginx'), WAIT);
    await ask(sandbox, 'DELETE', `${PODS}/web?gracePeriodSeconds=0`);
    expect(await ended).toBe('ECONNRESET');
  }, 90_000);
});

/** The genuine grace period is 50 s, so this takes minutes. */
describe.skipIf(process.env['KIADA_SLOW'] !== '1')('a node that is stopped (with KIADA_SLOW=1)', () => {
  it('turns NotReady, loses its endpoints and then its pods; those that stay are ready again after its start', async () => {
    const sandbox = await runSandbox();
    const toleration = (seconds: number): object => ({
      nodeName: 'sandbox-2',
      tolerations: ['not-ready', 'unreachable'].map((key) => ({
        key: `node.kubernetes.io/${key}`,
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: seconds,
      })),
    });
    await runPod(sandbox, 'leaves', {image: 'nginx'}, toleration(5));
    await runPod(sandbox, 'stays', {image: 'nginx'}, toleration(600));
    await ask(sandbox, 'POST', SERVICES, {metadata: {name: 'stays'}, spec: {selector: {app: 'stays'}, ports: [{port: 80}]}});
    await vi.waitFor(async () => {
      expect(await isReady(sandbox, 'leaves')).toBe(true);
      expect(await endpoints(sandbox, 'stays')).toEqual([true]);
    }, WAIT);
    const stoppedAt = performance.now();
    expect((await ask(sandbox, 'POST', '/kiada/v1/nodes/sandbox-2/stop')).code).toBe(200);
    await vi.waitFor(async () => expect(await nodeReady(sandbox)).toBe('Unknown'), {timeout: 80_000, interval: 500});
    const tookMs = performance.now() - stoppedAt;
    process.stderr.write(`NotReady after ${Math.round(tookMs / 1000)} s\n`);
    expect(tookMs).toBeGreaterThan(35_000);
    await vi.waitFor(async () => {
      expect(await isReady(sandbox, 'stays')).toBe(false);
      expect(await endpoints(sandbox, 'stays')).toEqual([false]);
    }, WAIT);
    await vi.waitFor(async () => expect((await ask(sandbox, 'GET', `${PODS}/leaves`)).body.metadata.deletionTimestamp).toBeDefined(), {
      timeout: 40_000,
      interval: 500,
    });
    await ask(sandbox, 'POST', '/kiada/v1/nodes/sandbox-2/start');
    await vi.waitFor(async () => {
      expect(await nodeReady(sandbox)).toBe('True');
      expect((await ask(sandbox, 'GET', `${PODS}/leaves`)).code).toBe(404);
      expect(await isReady(sandbox, 'stays')).toBe(true);
      expect(await endpoints(sandbox, 'stays')).toEqual([true]);
    }, WAIT);
    const {spec} = (await ask(sandbox, 'GET', '/api/v1/nodes/sandbox-2')).body;
    expect(spec.taints).toBeUndefined();
  }, 240_000);
});

async function nodeReady(sandbox: RunningSandbox): Promise<string> {
  const {status} = (await ask(sandbox, 'GET', '/api/v1/nodes/sandbox-2')).body;
  return status.conditions.find(({type}: {type: string}) => type === 'Ready').status;
}

/** Of each endpoint of the Service whether it is ready. */
async function endpoints(sandbox: RunningSandbox, service: string): Promise<boolean[]> {
  const path = `/apis/discovery.k8s.io/v1/namespaces/default/endpointslices?labelSelector=kubernetes.io/service-name=${service}`;
  const {items} = (await ask(sandbox, 'GET', path)).body;
  return items.flatMap((slice: {endpoints?: {conditions: {ready: boolean}}[]}) =>
    (slice.endpoints ?? []).map(({conditions}) => conditions.ready),
  );
}
