import {describe, expect, test} from 'vitest';
import {findKubectl, kubectl} from '../api-server/kubectl.ts';
import {runServer} from '../api-server/running-server.ts';

const run = findKubectl() === null ? test.skip : test;

describe('kubectl reads the API documents', () => {
  run('explain shows the fields of a kind and their types', async () => {
    const server = await runServer();
    const {stdout, stderr} = await kubectl(server, ['explain', 'service.spec.ports']);
    expect(stderr).toBe('');
    expect(stdout).toContain('KIND:       Service');
    expect(stdout).toMatch(/targetPort\s+<IntOrString>/);
    expect(stdout).toMatch(/port\s+<integer> -required-/);
  });

  run('explain --recursive ends, also for schemas that hold themselves', async () => {
    const server = await runServer();
    const {stdout, stderr} = await kubectl(server, ['explain', 'customresourcedefinitions', '--recursive']);
    expect(stderr).toBe('');
    expect(stdout).toContain('openAPIV3Schema');
  });

  run('apply with strict validation names the unknown field', async () => {
    const server = await runServer();
    const manifest = JSON.stringify({apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'x'}, dta: {a: 'b'}});
    const {code, stderr} = await kubectl(server, ['apply', '--validate=strict', '-f', '-'], manifest);
    expect(code).toBe(1);
    expect(stderr).toContain('strict decoding error: unknown field "dta"');
  });

  run('apply --server-side takes over what client-side apply wrote, and tells conflicts', async () => {
    const server = await runServer();
    const manifest = (value: string) => JSON.stringify({apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'x'}, data: {a: value}});
    expect((await kubectl(server, ['apply', '-f', '-'], manifest('1'))).stdout).toBe('configmap/x created\n');
    expect(await kubectl(server, ['apply', '--server-side', '-f', '-'], manifest('2'))).toMatchObject({stderr: '', code: 0});
    const other = await kubectl(server, ['apply', '--server-side', '--field-manager=other', '-f', '-'], manifest('3'));
    expect(other.code).toBe(1);
    expect(other.stderr).toContain('conflict with "kubectl": .data.a');
    const forced = await kubectl(
      server,
      ['apply', '--server-side', '--field-manager=other', '--force-conflicts', '-f', '-'],
      manifest('3'),
    );
    expect(forced.stdout).toBe('configmap/x serverside-applied\n');
  });
});
