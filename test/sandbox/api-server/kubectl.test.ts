import {describe, expect, it, onTestFinished} from 'vitest';
import {findKubectl, kubectl, startKubectl} from './kubectl.ts';
import {type RunningServer, runServer} from './running-server.ts';

const SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {name: 'quote'},
  spec: {selector: {app: 'quote'}, ports: [{name: 'http', port: 80, targetPort: 'http'}]},
};
const MAP = {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'conf'}, data: {a: '1', b: '2'}};

async function run(server: RunningServer, line: string, input?: object): Promise<string> {
  const result = await kubectl(server, line.split(' '), input === undefined ? '' : JSON.stringify(input));
  expect(`${line}: ${result.code} ${result.stderr}`).toBe(`${line}: 0 `);
  return result.stdout;
}

async function fails(server: RunningServer, line: string, input?: object): Promise<string> {
  const result = await kubectl(server, line.split(' '), input === undefined ? '' : JSON.stringify(input));
  expect(result.code).toBe(1);
  return result.stderr;
}

describe.skipIf(findKubectl() === null)('kubectl (skipped without one)', () => {
  it('applies, says what changed, and takes away what a manifest no longer has', async () => {
    const server = await runServer();
    expect(await run(server, 'apply -f -', MAP)).toBe('configmap/conf created\n');
    expect(await run(server, 'apply -f -', MAP)).toBe('configmap/conf unchanged\n');
    expect(await run(server, 'apply -f -', {...MAP, data: {a: '3'}})).toBe('configmap/conf configured\n');
    expect(server.api.get('configmaps', 'default', 'conf')?.['data']).toEqual({a: '3'});
  }, 60_000);

  it('applies on the server’s side, and is told of conflicts', async () => {
    const server = await runServer();
    expect(await run(server, 'apply --server-side -f -', MAP)).toBe('configmap/conf serverside-applied\n');
    const other = {...MAP, data: {a: '9'}};
    const conflict = await fails(server, 'apply --server-side --field-manager=other -f -', other);
    expect(conflict).toContain('Apply failed with 1 conflict: conflict with "kubectl": .data.a');
    await run(server, 'apply --server-side --field-manager=other --force-conflicts -f -', other);
    expect(server.api.get('configmaps', 'default', 'conf')?.['data']).toEqual({a: '9', b: '2'});
  }, 60_000);

  it('creates by protobuf what it has types for', async () => {
    const server = await runServer();
    await run(server, 'create deployment web --image=nginx --replicas=0 --port=80');
    expect(server.api.get('deployments', 'default', 'web')).toMatchObject({
      spec: {replicas: 0, template: {spec: {containers: [{image: 'nginx', ports: [{containerPort: 80}]}]}}},
    });
    await run(server, 'create configmap c --from-literal=empty= --from-literal=full=x');
    expect(server.api.get('configmaps', 'default', 'c')?.['data']).toEqual({empty: '', full: 'x'});
    await run(server, 'create secret generic s --from-literal=p=q');
    expect(server.api.get('secrets', 'default', 's')?.['data']).toEqual({p: 'cQ=='});
    expect(await run(server, 'create token default --duration=10m')).toMatch(/^ey[\w-]+\.[\w-]+\.[\w-]+$/);
  }, 60_000);

  it('shows the genuine columns', async () => {
    const server = await runServer();
    await run(server, 'apply -f -', SERVICE);
    const service = server.api.get('services', 'default', 'quote')?.['spec'] as {clusterIP: string};
    expect((await run(server, 'get svc -o wide')).replaceAll(/ +/g, ' ')).toMatch(
      new RegExp(
        `^NAME TYPE CLUSTER-IP EXTERNAL-IP PORT\\(S\\) AGE SELECTOR\\nquote ClusterIP ${service.clusterIP} <none> 80/TCP \\ds app=quote\\n$`,
      ),
    );
    expect(await run(server, 'get svc quote -o jsonpath={.spec.ports[0].targetPort}')).toBe('http');
    expect(await run(server, 'get svc -o name')).toBe('service/quote\n');
  }, 60_000);

  it('describes, labels, annotates, patches in every way, scales', async () => {
    const server = await runServer();
    await run(server, 'apply -f -', SERVICE);
    expect(await run(server, 'describe svc quote')).toContain('TargetPort:               http/TCP');
    await run(server, 'label svc quote tier=web');
    await run(server, 'annotate svc quote note=here');
    await run(server, 'patch svc quote -p {"spec":{"ports":[{"port":80,"targetPort":8080}]}}');
    await run(server, 'patch svc quote --type=merge -p {"spec":{"sessionAffinity":"ClientIP","type":"LoadBalancer"}}');
    await run(server, 'patch svc quote --type=json -p [{"op":"add","path":"/metadata/labels/x","value":"y"}]');
    await run(server, 'patch svc quote --subresource=status -p {"status":{"loadBalancer":{"ingress":[{"ip":"5.5.5.5"}]}}}');
    expect(server.api.get('services', 'default', 'quote')).toMatchObject({
      metadata: {labels: {tier: 'web', x: 'y'}, annotations: {note: 'here'}},
      spec: {sessionAffinity: 'ClientIP', ports: [{name: 'http', targetPort: 8080}]},
    });
    await run(server, 'create deployment web --image=nginx');
    await run(server, 'scale deployment web --replicas=4');
    expect(await run(server, 'get deployment web -o jsonpath={.spec.replicas}')).toBe('4');
  }, 60_000);

  it('explains, lists what is served, and asks what it may', async () => {
    const server = await runServer();
    expect(await run(server, 'explain service.spec.ports.nodePort')).toContain('FIELD: nodePort <integer>');
    const resources = await run(server, 'api-resources');
    for (const line of [/^services +svc +v1 +true +Service$/m, /^endpointslices +discovery.k8s.io\/v1 +true +EndpointSlice$/m])
      expect(resources).toMatch(line);
    expect(await run(server, 'auth can-i create pods')).toBe('yes\n');
    expect(await run(server, 'auth whoami -o jsonpath={.status.userInfo.username}')).toBe('kubernetes-admin');
    expect(await run(server, 'cluster-info')).toContain(server.url);
  }, 60_000);

  it('deletes and waits, and waits for conditions', async () => {
    const server = await runServer();
    await run(server, 'apply -f -', MAP);
    expect(await run(server, 'delete configmap conf')).toContain('configmap "conf" deleted');
    server.api.create('pods', {metadata: {name: 'p', namespace: 'default'}, spec: {containers: [{name: 'c', image: 'nginx'}]}});
    expect(await fails(server, 'wait pod/p --for=condition=Ready --timeout=100ms')).toContain(
      'timed out waiting for the condition on pods/p',
    );
    const waiting = kubectl(server, ['wait', 'pod/p', '--for=condition=Ready', '--timeout=20s']);
    const ready = {type: 'Ready', status: 'True', lastTransitionTime: '2030-01-01T00:00:00Z'};
    server.api.change('pods', 'default', 'p', (draft) => void Object.assign(draft.status, {conditions: [ready]}), {subresource: 'status'});
    expect(await waiting).toMatchObject({code: 0, stdout: 'pod/p condition met\n'});
  }, 60_000);

  it('watches', async () => {
    const server = await runServer();
    const child = startKubectl(server, ['get', 'configmaps', '-w', '-o', 'name']);
    onTestFinished(() => void child.kill());
    const seen = Promise.withResolvers<string>();
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('late')) seen.resolve(text);
    });
    await run(server, 'apply -f -', MAP);
    await run(server, 'create configmap late');
    expect(await seen.promise).toContain('configmap/conf\n');
  }, 60_000);

  it('is refused in the API’s words', async () => {
    const server = await runServer();
    expect(await fails(server, 'get svc nope')).toBe('Error from server (NotFound): services "nope" not found\n');
    const bad = {...SERVICE, spec: {ports: [{port: 70_000, targetPort: 80}]}};
    expect(await fails(server, 'create -f -', bad)).toContain('The Service "quote" is invalid: spec.ports[0].port: Invalid value: 70000');
    expect(await fails(server, 'create -f -', {...MAP, foo: 1})).toContain('strict decoding error: unknown field "foo"');
    expect(await fails(server, 'create -f -', {...MAP, kind: 'Nope'})).toContain('no matches for kind "Nope" in version "v1"');
    await run(server, 'apply -f -', MAP);
    expect(await fails(server, 'create -f -', MAP)).toContain('configmaps "conf" already exists');
  }, 60_000);
});
