import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import {lacks} from './programs.ts';
import {freeNodePorts, User} from './user.ts';

vi.setConfig({testTimeout: 60_000, hookTimeout: 90_000}); // real processes, on a machine that may be busy
const user = new User();
const inNginx = (...command: string[]) => user.kubectl('exec', 'quote-001', '-c', 'nginx', '--', ...command);

describe.skipIf(lacks('kubectl', 'curl'))('kubectl on the suite', () => {
  let [http, https] = [0, 0];

  beforeAll(async () => {
    await user.succeed(user.kiada(['sandbox', 'up', '-q']));
    [http, https] = (await freeNodePorts(2)) as [number, number];
    const suite = (await user.succeed(user.kiada(['setup', 'show', 'suite']))).stdout;
    expect(suite).toMatch(/nodePort: 30080[\s\S]*nodePort: 30443/);
    const folder = path.join(user.home, 'suite');
    await user.run('mkdir', ['-p', path.join(folder, 'deeper')]);
    writeFileSync(path.join(folder, 'deeper', 'all.yaml'), suite.replace('30080', String(http)).replace('30443', String(https)));
    await user.kubectl('apply', '-f', folder, '--recursive');
    await user.kubectl('wait', '--for=condition=Ready', 'pod', '--all', '--timeout=40s');
  });
  afterAll(() => user.leave());

  test('get shows Services, endpoints, slices and pods with their addresses and nodes', async () => {
    const text = await user.kubectl('get', 'svc,ep,endpointslices,pods', '-o', 'wide');
    expect(text).toMatch(/^service\/kiada +LoadBalancer +10\.96\.\d+\.\d+ +172\.18\.255\.200 +80:\d+\/TCP,443:\d+\/TCP/m);
    expect(text).toMatch(/^endpoints\/quote +10\.244\.\d\.\d+:80,.* \+ 1 more\.\.\./m);
    expect(text).toMatch(/^endpointslice\.discovery\.k8s\.io\/quiz-\w+ +IPv4 +8080 +10\.244\./m);
    expect(text).toMatch(/^pod\/quote-001 +2\/2 +Running +0 +\d+s +10\.244\.\d\.\d+ +sandbox-\d/m);
  });

  test('describe and logs tell what they tell on a cluster', async () => {
    const service = await user.kubectl('describe', 'svc', 'kiada');
    expect(service).toMatch(/Selector: +app=kiada/);
    expect(service).toMatch(new RegExp(`NodePort: +http +${http}/TCP`));
    const pod = await user.kubectl('describe', 'pod', 'quote-001');
    expect(pod).toMatch(/Successfully assigned default\/quote-001 to sandbox-\d/);
    expect(pod).toMatch(/Ready +True/);
    expect(await user.kubectl('logs', 'kiada-001', '-c', 'kiada')).toContain('Listening on port 8080');
  });

  test('exec reaches Services by name with curl, and shows environment, resolver and DNS', async () => {
    expect(JSON.parse(await inNginx('curl', '-s', 'http://quiz/questions/random'))).toHaveProperty('answers');
    expect(await inNginx('env')).toMatch(/^KUBERNETES_SERVICE_HOST=10\.96\.0\.1$/m);
    expect(await inNginx('cat', '/etc/resolv.conf')).toBe(
      'search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n',
    );
    const clusterIP = await user.kubectl('get', 'svc', 'quote', '-o', 'jsonpath={.spec.clusterIP}');
    expect(await inNginx('nslookup', 'quote')).toMatch(
      new RegExp(`Name:\\s+quote\\.default\\.svc\\.cluster\\.local\\s+Address: ${clusterIP}`),
    );
    const failed = await user.tryKubectl(['exec', 'quote-001', '-c', 'nginx', '--', 'sh', '-c', 'exit 7']);
    expect(failed).toMatchObject({code: 7, stderr: 'command terminated with exit code 7\n'});
  });

  test('Kiada answers on the node port of this host with a quote, a question, pod, node and client IP', async () => {
    const body = await curl(`http://127.0.0.1:${http}/`);
    expect(body).toMatch(/QUOTE OF THE MINUTE\n\S.+/);
    expect(body).toMatch(/POP QUIZ\n\S.+/);
    expect(body).toMatch(/in pod "kiada-\w+" on node "sandbox-\d"/);
    expect(body).toMatch(/Client IP: 172\.18\.0\.\d+/); // externalTrafficPolicy Cluster: a node's address
    const report = JSON.parse(await curl('-H', 'accept: application/json', `http://127.0.0.1:${http}/`)) as object;
    expect(report).toMatchObject({quote: expect.any(String), question: {text: expect.any(String)}, pod: expect.stringContaining('kiada-')});
  });

  test('https on the node port goes through the TLS sidecar', async () => {
    expect(await curl('-k', `https://127.0.0.1:${https}/`)).toMatch(/in pod "kiada-\w+" on node[\s\S]*Client IP: 127\.0\.0\.1/);
    expect((await user.run('curl', ['-sS', '-m', '10', `https://127.0.0.1:${https}/`])).code).toBe(60); // its certificate is its own
  });

  test('taking a pod’s label off takes its endpoint out, putting it back puts it in', async () => {
    const pods = async () => {
      const jsonpath = '{range .items[*].endpoints[*]}{.targetRef.name}{"\\n"}{end}';
      const text = await user.kubectl('get', 'endpointslices', '-l', 'kubernetes.io/service-name=quote', '-o', `jsonpath=${jsonpath}`);
      return text.trim().split('\n').toSorted();
    };
    const all = ['quote-001', 'quote-002', 'quote-003', 'quote-canary'];
    expect(await pods()).toEqual(all);
    await user.kubectl('label', 'pod', 'quote-002', 'app-');
    await expect.poll(pods, {timeout: 5_000}).toEqual(all.filter((name) => name !== 'quote-002'));
    await user.kubectl('label', 'pod', 'quote-002', 'app=quote');
    await expect.poll(pods, {timeout: 5_000}).toEqual(all);
  });

  test('delete ends a pod, and its endpoint is gone with it', async () => {
    await user.kubectl('delete', 'pod', 'quote-canary', '--timeout=20s');
    expect((await user.tryKubectl(['get', 'pod', 'quote-canary'])).stderr).toContain('NotFound');
    const {stdout} = await user.kiada(['endpoints', 'list', 'quote', '-o', 'json']);
    expect(stdout).toContain('"quote-001"');
    expect(stdout).not.toContain('quote-canary');
  });

  test('a node port that is taken is refused with the field, and an unknown image names those that exist', async () => {
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {name: 'second'},
      spec: {type: 'NodePort', ports: [{port: 80, nodePort: http}]},
    };
    const refused = await user.tryKubectl(['apply', '-f', '-'], {input: JSON.stringify(service)});
    expect(refused).toMatchObject({code: 1});
    expect(refused.stderr).toContain(`spec.ports[0].nodePort: Invalid value: ${http}: provided port is already allocated`);
    await user.kubectl('run', 'stranger', '--image=no/such:1');
    const reason = '{.status.containerStatuses[0].state.waiting.reason}';
    await user.kubectl('wait', `--for=jsonpath=${reason}=ImagePullBackOff`, 'pod/stranger', '--timeout=10s');
    expect(await user.kubectl('describe', 'pod', 'stranger')).toMatch(/no image "no\/such:1"; .*luksa\/kiada.*nginx/);
  });
});

async function curl(...args: string[]): Promise<string> {
  return (await user.succeed(user.run('curl', ['-sS', '-m', '10', ...args]))).stdout;
}
