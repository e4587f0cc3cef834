import {describe, expect, it, vi} from 'vitest';
import {runSandbox} from './running-sandbox.ts';
import {ask, attach, exec, isReady, PODS, runPod, SERVICES} from './sandbox-client.ts';

const WAIT = {timeout: 30_000, interval: 150};

describe('pods over the real network and the real API', () => {
  it('talk UDP through a Service, and DNS over it', async () => {
    const sandbox = await runSandbox();
    await runPod(sandbox, 'client', {command: ['sleep', '600']});
    await runPod(sandbox, 'server', {image: 'registry.k8s.io/e2e-test-images/agnhost', args: ['netexec', '--udp-port=5000']});
    const ports = [{port: 53, targetPort: 5000, protocol: 'UDP'}];
    await ask(sandbox, 'POST', SERVICES, {metadata: {name: 'udp'}, spec: {selector: {app: 'server'}, ports}});
    await vi.waitFor(async () => expect([await isReady(sandbox, 'client'), await isReady(sandbox, 'server')]).toEqual([true, true]), WAIT);
    await vi.waitFor(async () => {
      const {output} = await exec(sandbox, 'client', ['nc', '-u', '-w', '1', 'udp', '53'], {input: 'hostname\n'});
      expect(output).toBe('server');
    }, WAIT);
    const refused = await exec(sandbox, 'client', ['nc', '-u', '-z', '-w', '2', 'kube-dns.kube-system', '54']);
    expect(refused.status.status).toBe('Failure');
  }, 90_000);

  it('tell the terminal’s size, and let somebody join their main process', async () => {
    const sandbox = await runSandbox();
    await runPod(sandbox, 'shell', {stdin: true, command: ['sh', '-c', 'while read line; do echo "heard $line"; done']});
    await vi.waitFor(async () => expect(await isReady(sandbox, 'shell')).toBe(true), WAIT);
    const {output} = await exec(sandbox, 'shell', ['sh', '-c', 'sleep 1; stty size'], {tty: true, window: {columns: 132, rows: 43}});
    expect(output).toBe('43 132\r\n');
    const joined = await attach(sandbox, 'shell');
    joined.type('you\n');
    await vi.waitFor(() => expect(joined.text()).toContain('heard you'), WAIT);
    joined.close();
    expect(await isReady(sandbox, 'shell')).toBe(true);
  }, 90_000);

  it('refuse what cannot be executed in the words of a kubelet', async () => {
    const sandbox = await runSandbox();
    await runPod(sandbox, 'here', {command: ['sleep', '600']});
    await runPod(sandbox, 'absent', {image: 'no-such-image'});
    await vi.waitFor(async () => expect(await isReady(sandbox, 'here')).toBe(true), WAIT);
    const {status} = await exec(sandbox, 'here', ['/nonexistent']);
    expect(status.message).toMatch(
      /^Internal error occurred: Internal error occurred: error executing command in container: failed to exec in container: .*exec: "\/nonexistent": stat \/nonexistent: no such file or directory$/,
    );
    await vi.waitFor(async () => {
      const {body} = await ask(sandbox, 'GET', `${PODS}/absent`);
      expect(body.status.containerStatuses?.[0].state.waiting.reason).toMatch(/ImagePull/);
    }, WAIT);
    await expect(exec(sandbox, 'absent', ['ls'])).rejects.toMatchObject({message: expect.stringContaining('404')});
  }, 90_000);

  it('run lifecycle hooks over the network, and share their node’s with hostNetwork', async () => {
    const sandbox = await runSandbox('dual');
    await runPod(sandbox, 'witness', {image: 'nginx'});
    await runPod(sandbox, 'on-node', {image: 'nginx'}, {hostNetwork: true, nodeName: 'sandbox-2'});
    await runPod(sandbox, 'client', {command: ['sleep', '600']});
    await vi.waitFor(async () => {
      for (const name of ['on-node', 'client', 'witness']) expect(await isReady(sandbox, name), name).toBe(true);
    }, WAIT);
    const node = sandbox.info.nodes.find(({name}) => name === 'sandbox-2');
    const {body} = await ask(sandbox, 'GET', `${PODS}/on-node`);
    expect(body.status.podIPs.map(({ip}: {ip: string}) => ip)).toEqual(node?.addresses);
    for (const address of node?.addresses ?? []) {
      const url = address.includes(':') ? `http://[${address}]/` : `http://${address}/`;
      expect((await exec(sandbox, 'client', ['curl', '-s', url])).output).toContain('Welcome to nginx');
    }
    const witness = (await ask(sandbox, 'GET', `${PODS}/witness`)).body.status.podIP;
    const hook = (path: string): object => ({httpGet: {host: witness, path, port: 80}});
    await runPod(sandbox, 'hooked', {command: ['sleep', '600'], lifecycle: {postStart: hook('/started'), preStop: hook('/stopping')}});
    await vi.waitFor(async () => expect(await isReady(sandbox, 'hooked')).toBe(true), WAIT);
    const seen = async (): Promise<string> => String((await ask(sandbox, 'GET', `${PODS}/witness/log`)).body);
    expect(await seen()).toContain('GET /started');
    await ask(sandbox, 'DELETE', `${PODS}/hooked`);
    await vi.waitFor(async () => expect(await seen()).toContain('GET /stopping'), WAIT);
  }, 90_000);

  it('reach a dual-stack Service over IPv6', async () => {
    const sandbox = await runSandbox('dual');
    await runPod(sandbox, 'web', {image: 'nginx'});
    await runPod(sandbox, 'client', {command: ['sleep', '600']});
    await ask(sandbox, 'POST', SERVICES, {
      metadata: {name: 'web'},
      spec: {selector: {app: 'web'}, ipFamilyPolicy: 'RequireDualStack', ports: [{port: 80}]},
    });
    await vi.waitFor(async () => expect([await isReady(sandbox, 'web'), await isReady(sandbox, 'client')]).toEqual([true, true]), WAIT);
    const {clusterIPs} = (await ask(sandbox, 'GET', `${SERVICES}/web`)).body.spec;
    expect(clusterIPs[1]).toMatch(/:/);
    await vi.waitFor(async () => {
      expect((await exec(sandbox, 'client', ['curl', '-s', '-g', `http://[${clusterIPs[1]}]/`])).output).toContain('Welcome to nginx');
    }, WAIT);
  }, 90_000);
});
