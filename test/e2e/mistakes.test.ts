import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import {violations} from './schema.ts';
import {freeNodePorts, User} from './user.ts';

vi.setConfig({testTimeout: 60_000, hookTimeout: 90_000}); // real processes, on a machine that may be busy
const user = new User();
afterAll(() => user.leave());

test('without any cluster the error says how to get one', async () => {
  const outcome = await user.kiada(['svc', 'list']);
  expect(outcome).toMatchObject({code: 4, stdout: ''});
  expect(outcome.stderr).toContain('kiada sandbox up');
});

describe('wrong input on a sandbox', () => {
  let port = 0;

  beforeAll(async () => {
    [port = 0] = await freeNodePorts(1);
    await user.succeed(user.kiada(['sandbox', 'up', '-q', '--nodes', '1']));
    await user.succeed(user.kiada(['apply', '-f', '-', '-q'], {input: nodePortService('taken', port)}));
  });

  const file = (name: string, text: string) => {
    const where = path.join(user.home, name);
    writeFileSync(where, text);
    return where;
  };

  test('a broken document names file, line and field, and nothing of the whole invocation is applied', async () => {
    const good = file('good.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: good\ndata: {a: b}\n');
    const bad = file('bad.yaml', nodePortService('bad', 80));
    const outcome = await user.kiada(['apply', '-f', good, '-f', bad]);
    expect(outcome).toMatchObject({code: 2, stdout: ''});
    expect(outcome.stderr).toContain(`${bad}:9: `);
    expect(outcome.stderr).toContain('spec.ports[0].nodePort');
    const unknown = await user.kiada([
      'apply',
      '-f',
      good,
      '-f',
      file('typo.yaml', nodePortService('typo', port + 1).replace('type:', 'tpye:')),
    ]);
    expect(unknown).toMatchObject({code: 2, stdout: ''});
    expect(unknown.stderr).toMatch(/typo\.yaml:6: .*spec\.tpye/);
    const syntax = await user.kiada(['apply', '-f', good, '-f', file('syntax.yaml', 'kind: Service\nmetadata:\n  name: x\n bad: [\n')]);
    expect(syntax).toMatchObject({code: 2, stdout: ''});
    expect(syntax.stderr).toMatch(/syntax\.yaml:4: /);
    const present = await user.kiada(['snapshot', '-n', 'default']);
    expect(present.stdout).toContain('name: taken');
    const applied = await user.json<{objects: {name: string; action: string}[]}>(['apply', '-f', good]);
    expect(applied.objects).toMatchObject([{name: 'good', action: 'created'}]);
  });

  const cases: readonly {claim: string; args: readonly string[]; code: number; says: RegExp; input?: () => string}[] = [
    {claim: 'an unknown Service suggests a near name', args: ['svc', 'describe', 'takne'], code: 3, says: /Did you mean: taken/},
    {claim: 'an unknown command suggests one', args: ['svc', 'lits'], code: 2, says: /kiada svc list/},
    {claim: 'a wrong flag', args: ['svc', 'list', '--nope'], code: 2, says: /--nope/},
    {claim: 'a flag’s wrong value', args: ['load', 'svc/taken', '--requests', 'many'], code: 2, says: /--requests.*many/},
    {
      claim: 'a node port that is taken',
      args: ['apply', '-f', '-'],
      code: 2,
      says: /provided port is already allocated\n.*kubectl get svc -A/,
      input: () => nodePortService('other', port),
    },
    {claim: 'a context that is not there', args: ['svc', 'list', '--context', 'nope'], code: 4, says: /"nope"[\s\S]*kiada-sandbox/},
    {claim: 'a setup that is not there', args: ['apply', 'siute'], code: 3, says: /siute/},
    {claim: 'a pod to start from that is not there', args: ['svc', 'route', 'taken', '--from', 'pod/x'], code: 3, says: /no pod "x"/},
    {claim: 'a path that the Service has not', args: ['load', 'svc/taken', '--via', 'loadbalancer'], code: 4, says: /no path loadbalancer/},
    {claim: 'a finding that is not there', args: ['explain', 'KIA9999'], code: 3, says: /KIA9999/},
    {claim: 'a name that no sandbox can have', args: ['sandbox', 'up', '--name', 'No_Name'], code: 2, says: /No_Name/},
    {claim: 'a file that is not there', args: ['apply', '-f', '/no/such/file'], code: 2, says: /\/no\/such\/file/},
  ];
  for (const {claim, args, code, says, input} of cases) {
    test(`${claim}: exit code ${code}, one line and what to do, no stack trace; the same as JSON`, async () => {
      const options = input ? {input: input()} : {};
      const [plain, json] = await Promise.all([user.kiada(args, options), user.kiada([...args, '-o', 'json'], options)]);
      expect(plain).toMatchObject({code, stdout: ''});
      expect(plain.stderr).toMatch(says);
      expect(plain.stderr).toMatch(/^error: [^\n]+\n([^\n]+\n)?$/);
      expect(json.code).toBe(code);
      expect(violations('error', JSON.parse(json.stdout))).toEqual([]);
    });
  }

  test('a cluster that does not answer: exit code 4, and which one', async () => {
    await user.succeed(user.kiada(['sandbox', 'down']));
    const outcome = await user.kiada(['svc', 'list']);
    expect(outcome).toMatchObject({code: 4, stdout: ''});
    expect(outcome.stderr).toMatch(
      /^error: https:\/\/127\.0\.0\.1:\d+ is not reachable: connection refused\n[^\n]*kiada sandbox up[^\n]*\n$/,
    );
  });
});

function nodePortService(name: string, nodePort: number): string {
  return `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\nspec:\n  type: NodePort\n  ports:\n  - port: 80\n    nodePort: ${nodePort}\n`;
}
