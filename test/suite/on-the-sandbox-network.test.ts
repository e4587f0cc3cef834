import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, expect, test} from 'vitest';
import type {KubernetesObject, Program, ProgramNetwork} from '../../src/model/index.ts';
import {requestHttp} from '../../src/program/index.ts';
import {NGINX_FILES} from '../../src/sandbox/images/nginx/default-files.ts';
import {nginx} from '../../src/sandbox/images/nginx/program.ts';
import {findSetup, kiada, quizApi} from '../../src/suite/index.ts';
import {eventually, memoryFiles, type RunningProgram, runProgram} from '../program/memory-host.ts';
import {endpointOf, serviceObject, sliceObject, testCluster} from '../sandbox/network/small-cluster.ts';

const running: RunningProgram[] = [];
const folder = mkdtempSync(join(tmpdir(), 'suite-network-'));

afterEach(async () => {
  for (const program of running.splice(0)) {
    program.kill();
    await program.exited;
  }
  rmSync(folder, {recursive: true});
});

function run(
  program: Program,
  network: ProgramNetwork,
  name: string,
  more: {env?: Record<string, string>; files?: Record<string, string>} = {},
): void {
  const env = {POD_NAME: name, ...more.env};
  running.push(runProgram(program, {network, hostname: name, env, files: memoryFiles(more.files ?? {}, {'/data': folder})}));
}

function service(name: string, address: string, targetPort: number): readonly KubernetesObject[] {
  return [
    serviceObject(name, {
      type: 'ClusterIP',
      clusterIP: address,
      clusterIPs: [address],
      ipFamilies: ['IPv4'],
      ports: [{protocol: 'TCP', port: 80, targetPort}],
    }),
  ];
}

test('the suite works over Services of the virtual network, and each server sees its true client', async () => {
  const quote = [
    {name: 'quote-001', node: 2},
    {name: 'quote-002', node: 3},
  ];
  const quiz = {name: 'quiz', node: 3};
  const cluster = testCluster([
    ...service('quote', '10.96.0.20', 80),
    sliceObject(
      'quote',
      quote.map((pod, index) => endpointOf(pod, index)),
      'IPv4',
      80,
    ),
    ...service('quiz', '10.96.0.21', 8080),
    sliceObject('quiz', [endpointOf(quiz, 5)]),
  ]);
  const config = findSetup('quote')?.objects.find(({kind}) => kind === 'ConfigMap')?.['data'] as {'default.conf': string};
  for (const [index, pod] of quote.entries()) {
    const files = {
      ...NGINX_FILES,
      '/etc/nginx/conf.d/default.conf': config['default.conf'],
      '/usr/share/nginx/html/quote': `from ${pod.name}\n`,
    };
    run(nginx, cluster.attach(pod, index), pod.name, {files});
  }
  run(quizApi, cluster.attach(quiz, 5), 'quiz', {env: {QUIZ_DATABASE: '/data/quiz.db'}});
  const kiadaPod = cluster.attach({name: 'kiada-001', node: 1}, 7);
  run(kiada, kiadaPod, 'kiada-001', {env: {QUOTE_URL: 'http://10.96.0.20/quote', QUIZ_URL: 'http://10.96.0.21'}});
  const client = cluster.attach({name: 'client', node: 2}, 9);

  const report = await eventually(async () => {
    const answer = await requestHttp(client, {url: 'http://10.244.1.17:8080/json', timeoutMs: 3000}).catch(() => null);
    const json = answer === null ? null : JSON.parse(answer.body.toString());
    return json?.quote.startsWith('from ') && json.question.id !== null ? json : null;
  });
  expect(report).toMatchObject({pod: 'kiada-001', clientIP: '10.244.2.19'});

  const pods = new Set<string>();
  for (let i = 0; i < 40; i++) {
    const answer = await requestHttp(client, {url: 'http://10.96.0.20/quote', timeoutMs: 3000});
    expect(answer.body.toString()).toBe(`from ${answer.headers['x-kiada-pod']}\n`);
    pods.add(String(answer.headers['x-kiada-pod']));
  }
  expect([...pods].toSorted()).toEqual(['quote-001', 'quote-002']);

  const body = Buffer.from(JSON.stringify({questionId: report.question.id, answerIndex: 0}));
  const url = `http://10.244.1.17:8080/proxy/quiz/questions/${report.question.id}/answers`;
  expect((await requestHttp(client, {url, method: 'POST', body, timeoutMs: 3000})).status).toBe(200);
  expect(JSON.parse((await requestHttp(client, {url: 'http://10.96.0.21/stats', timeoutMs: 3000})).body.toString())).toMatchObject({
    answers: 1,
  });
});
