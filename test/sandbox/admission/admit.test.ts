import {describe, expect, test} from 'vitest';
import type {KubernetesObject} from '../../../src/model/index.ts';
import {ApiError} from '../../../src/sandbox/api.ts';
import {type AdmissionContext, admit, applyDefaults, createAllocators} from '../../../src/sandbox/api-server/admission/index.ts';
import {type ResourceInfo, resourceOfKind} from '../../../src/sandbox/api-server/schema/index.ts';

function context(): AdmissionContext {
  return {
    allocators: createAllocators({random: () => 0}),
    lookup: (resource, namespace, name) =>
      resource === 'serviceaccounts' && name === 'default' ? {apiVersion: 'v1', kind: 'ServiceAccount', metadata: {name, namespace}} : null,
    randomSuffix: () => 'abcde',
  };
}

function resourceOf({apiVersion, kind}: KubernetesObject): ResourceInfo {
  const resource = resourceOfKind(String(apiVersion), String(kind));
  if (resource === null) throw new Error(`no built-in kind: ${apiVersion} ${kind}`);
  return resource;
}

function placed(object: KubernetesObject): KubernetesObject {
  return {...object, metadata: {...(resourceOf(object).namespaced ? {namespace: 'default'} : {}), uid: 'u', ...object.metadata}};
}

function create(object: KubernetesObject, world = context()): KubernetesObject {
  return admit({operation: 'create', resource: resourceOf(object), subresource: '', object: placed(object), old: null}, world).object;
}

function update(object: KubernetesObject, old: KubernetesObject, subresource = ''): KubernetesObject {
  const stored = {...old, metadata: {resourceVersion: '7', ...old.metadata}};
  return admit({operation: 'update', resource: resourceOf(object), subresource, object: placed(object), old: stored}, context()).object;
}

function refusal(run: () => unknown): ApiError {
  try {
    run();
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('it was admitted');
}

const container = {name: 'a', image: 'nginx:1.27'};
const pod = (spec: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {name: 'p'},
  spec: {containers: [container], ...spec},
});
const service = (spec: object): KubernetesObject => ({apiVersion: 'v1', kind: 'Service', metadata: {name: 's'}, spec});
const specOf = (object: KubernetesObject) => object['spec'] as Record<string, unknown>;

describe('a Pod', () => {
  test('gets the defaults, the token and the tolerations that a cluster gives', () => {
    const stored = create(pod());
    expect(stored['status']).toEqual({phase: 'Pending', qosClass: 'BestEffort'});
    expect(stored.metadata?.generation).toBe(1);
    expect(specOf(stored)).toMatchObject({
      dnsPolicy: 'ClusterFirst',
      restartPolicy: 'Always',
      schedulerName: 'default-scheduler',
      serviceAccount: 'default',
      serviceAccountName: 'default',
      terminationGracePeriodSeconds: 30,
      enableServiceLinks: true,
      priority: 0,
      preemptionPolicy: 'PreemptLowerPriority',
      securityContext: {},
    });
    expect(specOf(stored)['tolerations']).toHaveLength(2);
    expect(specOf(stored)['volumes']).toMatchObject([{name: 'kube-api-access-abcde'}]);
    expect(specOf(stored)['containers']).toEqual([
      {
        ...container,
        imagePullPolicy: 'IfNotPresent',
        resources: {},
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
        volumeMounts: [{name: 'kube-api-access-abcde', readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount'}],
      },
    ]);
  });

  for (const [image, policy] of [
    ['nginx', 'Always'],
    ['nginx:latest', 'Always'],
    ['localhost:5000/nginx', 'Always'],
    ['nginx:1', 'IfNotPresent'],
    ['nginx@sha256:aa', 'IfNotPresent'],
  ] as const) {
    test(`the image ${image} is pulled: ${policy}`, () => {
      expect(specOf(create(pod({containers: [{name: 'a', image}]})))['containers']).toMatchObject([{imagePullPolicy: policy}]);
    });
  }

  for (const [resources, qosClass] of [
    [{limits: {cpu: '1', memory: '1Gi'}}, 'Guaranteed'],
    [{limits: {cpu: '1', memory: '1Gi'}, requests: {cpu: '500m'}}, 'Burstable'],
    [{requests: {memory: '1Mi'}}, 'Burstable'],
    [{}, 'BestEffort'],
  ] as const) {
    test(`with ${JSON.stringify(resources)} is ${qosClass}`, () => {
      expect(create(pod({containers: [{...container, resources}]}))['status']).toMatchObject({qosClass});
    });
  }

  test('without its service account is forbidden', () => {
    const error = refusal(() => create(pod({serviceAccountName: 'nope'})));
    expect(error.code).toBe(403);
    expect(error.message).toBe('pods "p" is forbidden: error looking up service account default/nope: serviceaccount "nope" not found');
  });

  test('several errors stand in brackets, in order', () => {
    const containers = [{name: 'a', volumeMounts: [{name: 'nope', mountPath: ''}], livenessProbe: {successThreshold: 2}}];
    expect(refusal(() => create(pod({containers}))).message).toBe(
      'Pod "p" is invalid: [spec.containers[0].image: Required value, spec.containers[0].volumeMounts[0].name: Not found: "nope", ' +
        'spec.containers[0].volumeMounts[0].mountPath: Required value, spec.containers[0].livenessProbe: Required value: ' +
        'must specify a handler type, spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1]',
    );
  });

  test('may change its image but not its hostname', () => {
    const stored = create(pod());
    const [first] = specOf(stored)['containers'] as object[];
    const newImage = {...stored, spec: {...specOf(stored), containers: [{...first, image: 'nginx:2'}]}};
    expect(specOf(update(newImage, stored))['containers']).toMatchObject([{image: 'nginx:2'}]);
    const changed = {...stored, spec: {...specOf(stored), hostname: 'h'}};
    expect(refusal(() => update(changed, stored)).message).toContain('spec: Forbidden: pod updates may not change fields other than');
  });

  test('an update counts the generation, an equal one does not', () => {
    const stored = create(pod());
    expect(update(structuredClone(stored), stored).metadata?.generation).toBe(1);
    const image = {...specOf(stored), containers: [{...(specOf(stored)['containers'] as object[])[0], image: 'nginx:2'}]};
    expect(update({...stored, spec: image}, stored).metadata?.generation).toBe(2);
  });

  test('an update of the status leaves the spec as it is', () => {
    const stored = create(pod());
    const written = update({...stored, spec: {}, status: {phase: 'Running'}}, stored, 'status');
    expect(written['status']).toEqual({phase: 'Running'});
    expect(written['spec']).toEqual(stored['spec']);
  });

  test('an ordinary update leaves the status as it is', () => {
    const stored = create(pod());
    expect(update({...stored, status: {phase: 'Failed'}}, stored)['status']).toEqual(stored['status']);
  });
});

describe('a Service', () => {
  test('with a node port that is taken names port and reason', () => {
    const world = context();
    world.allocators.track(null, create(service({type: 'NodePort', ports: [{port: 80, nodePort: 30_080}]}), world));
    const second = {...service({type: 'NodePort', ports: [{port: 80, nodePort: 30_080}]}), metadata: {name: 'other'}};
    const error = refusal(() => create(second, world));
    expect(error.code).toBe(422);
    expect(error.message).toBe(
      'Service "other" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated',
    );
    expect(error.details?.causes).toEqual([
      {reason: 'FieldValueInvalid', message: 'Invalid value: 30080: provided port is already allocated', field: 'spec.ports[0].nodePort'},
    ]);
  });

  test('with a cluster IP that is taken says so', () => {
    const world = context();
    world.allocators.track(null, service({clusterIP: '10.96.0.1'}));
    expect(refusal(() => create(service({clusterIP: '10.96.0.1', ports: [{port: 80}]}), world)).message).toBe(
      'Service "s" is invalid: spec.clusterIPs: Invalid value: ["10.96.0.1"]: failed to allocate IP 10.96.0.1: provided IP is already allocated',
    );
  });

  test('RequireDualStack gives an address of each family', () => {
    const {clusterIPs, ipFamilies} = specOf(create(service({ipFamilyPolicy: 'RequireDualStack', ports: [{port: 80}]})));
    expect(ipFamilies).toEqual(['IPv4', 'IPv6']);
    expect(clusterIPs).toEqual([expect.stringMatching(/^10\.96\./), expect.stringMatching(/^fd00:10:96:/)]);
  });

  test('a request that is not stored takes nothing', () => {
    const world = context();
    const spec = {type: 'NodePort', ports: [{port: 80}]};
    expect(create(service(spec), world)).toEqual(create(service(spec), world));
  });

  test('TCP and UDP of one port share a node port', () => {
    const ports = [
      {name: 'tcp', port: 53, protocol: 'TCP'},
      {name: 'udp', port: 53, protocol: 'UDP'},
    ];
    const stored = specOf(create(service({type: 'NodePort', ports})))['ports'] as {nodePort: number}[];
    expect(stored[0]?.nodePort).toBe(stored[1]?.nodePort);
  });

  test('sent again as the manifest has it keeps what was allocated', () => {
    const manifest = service({type: 'NodePort', ports: [{port: 80}]});
    const stored = create(manifest);
    expect(specOf(update(manifest, stored))).toEqual(specOf(stored));
  });
});

describe('other kinds', () => {
  test("a Secret's stringData becomes data", () => {
    const stored = create({apiVersion: 'v1', kind: 'Secret', metadata: {name: 'x'}, stringData: {a: 'b'}});
    expect(stored).toMatchObject({type: 'Opaque', data: {a: 'Yg=='}});
    expect(stored).not.toHaveProperty('stringData');
  });

  test('a TLS Secret needs its two keys', () => {
    const secret = {apiVersion: 'v1', kind: 'Secret', metadata: {name: 'x'}, type: 'kubernetes.io/tls'};
    expect(refusal(() => create(secret)).message).toBe(
      'Secret "x" is invalid: [data[tls.crt]: Required value, data[tls.key]: Required value]',
    );
  });

  test('an immutable ConfigMap stays as it is', () => {
    const stored = create({apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'x'}, data: {a: '1'}, immutable: true});
    expect(refusal(() => update({...stored, data: {a: '2'}}, stored)).message).toBe(
      'ConfigMap "x" is invalid: data: Forbidden: field is immutable when `immutable` is set',
    );
  });

  test("a Deployment's selector must fit its template", () => {
    const template = {metadata: {labels: {a: 'c'}}, spec: {containers: [container]}};
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {name: 'd'},
      spec: {selector: {matchLabels: {a: 'b'}}, template},
    };
    expect(refusal(() => create(deployment)).message).toBe(
      'Deployment.apps "d" is invalid: spec.template.metadata.labels: Invalid value: {"a":"c"}: `selector` does not match template `labels`',
    );
  });

  test('a Job selects by its own uid', () => {
    const spec = {template: {spec: {restartPolicy: 'Never', containers: [container]}}};
    expect(specOf(create({apiVersion: 'batch/v1', kind: 'Job', metadata: {name: 'j', uid: 'the-uid'}, spec}))).toMatchObject({
      completions: 1,
      backoffLimit: 6,
      selector: {matchLabels: {'batch.kubernetes.io/controller-uid': 'the-uid'}},
    });
  });

  test('a Namespace carries its name as a label and is Active', () => {
    expect(create({apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'n'}})).toMatchObject({
      metadata: {labels: {'kubernetes.io/metadata.name': 'n'}},
      spec: {finalizers: ['kubernetes']},
      status: {phase: 'Active'},
    });
  });

  test('the namespace default cannot be deleted', () => {
    const object = {apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'default'}};
    const run = () => admit({operation: 'delete', resource: resourceOf(object), subresource: '', object, old: object}, context());
    expect(refusal(run).message).toBe('namespaces "default" is forbidden: this namespace may not be deleted');
  });

  test('a kind without rules of its own is held to its schema', () => {
    const lease = {apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: {name: 'L!'}, spec: {}};
    expect(refusal(() => create(lease)).message).toContain('Lease.coordination.k8s.io "L!" is invalid: metadata.name: Invalid value: "L!"');
    const bad = {apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: {name: 'i'}};
    const rules = [{http: {paths: [{path: '/', pathType: 'Wrong', backend: {}}]}}];
    expect(refusal(() => create({...bad, spec: {rules}})).message).toBe(
      'Ingress.networking.k8s.io "i" is invalid: spec.rules[0].http.paths[0].pathType: Unsupported value: "Wrong": ' +
        'supported values: "Exact", "ImplementationSpecific", "Prefix"',
    );
  });

  test('what is given is never changed', () => {
    const given = Object.freeze(pod());
    const before = structuredClone(given);
    create(given);
    expect(given).toEqual(before);
    expect(applyDefaults(given, resourceOf(given))).not.toBe(given);
  });

  test('labels named __proto__ change no prototype', () => {
    const labels = JSON.parse('{"__proto__":"x"}') as Record<string, string>;
    expect(refusal(() => create({apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'x', labels}})).message).toContain(
      'metadata.labels',
    );
    expect(({} as {x?: unknown}).x).toBeUndefined();
  });
});
