import type {Dice} from './dice.ts';

/** One request whose HTTP is right and whose meaning is not. */
export interface MalformedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | null;
}

/** A request to the API with a broken body, broken parameters, or a path that leads astray. */
export function malformedRequest(dice: Dice): MalformedRequest {
  return dice.pick([
    badObject,
    badObject,
    badObject,
    badObject,
    badPatch,
    badPatch,
    badPatch,
    badPatch,
    badText,
    badQuery,
    badPath,
    badDelete,
  ])(dice);
}

const METHODS_WITH_BODY = ['POST', 'PUT'];

function badObject(dice: Dice): MalformedRequest {
  const [path, good] = dice.pick(OBJECTS);
  const method = dice.pick(METHODS_WITH_BODY);
  const body = JSON.stringify(mutate(dice, structuredClone(good), 1 + dice.int(4)));
  return {method, path: target(dice, method, path, good), headers: json(), body};
}

function target(dice: Dice, method: string, path: string, good: {metadata: {name: string}}): string {
  const query = dice.pick(['', '', '?fieldValidation=Strict', '?dryRun=All', '?fieldManager=x']);
  return `${path}${method === 'POST' ? '' : `/${good.metadata.name}${dice.pick(['', '', '', '/status', '/scale', '/finalize', '/ephemeralcontainers'])}`}${query}`;
}

function badPatch(dice: Dice): MalformedRequest {
  const [path, good] = dice.pick(OBJECTS);
  const type = dice.pick(['json-patch+json', 'merge-patch+json', 'strategic-merge-patch+json', 'apply-patch+yaml']);
  const body =
    type === 'json-patch+json'
      ? Array.from({length: 1 + dice.int(4)}, () => ({
          op: dice.pick(['add', 'remove', 'replace', 'move', 'copy', 'test', 'explode', null]),
          path: dice.pick(POINTERS),
          from: dice.pick(POINTERS),
          value: odd(dice),
        }))
      : mutate(dice, dice.chance(0.5) ? structuredClone(good) : directives(dice), 1 + dice.int(3));
  const query = type === 'apply-patch+yaml' ? dice.pick(['', '?fieldManager=f', '?fieldManager=f&force=true', '?force=maybe']) : '';
  const suffix = dice.pick(['', '', '', '/status', '/scale']);
  return {
    method: 'PATCH',
    path: `${path}/${good.metadata.name}${suffix}${query}`,
    headers: {'content-type': `application/${type}`},
    body: JSON.stringify(body),
  };
}

function directives(dice: Dice): object {
  return {
    metadata: {labels: {$patch: dice.pick(['delete', 'replace', 'merge', 'x', 3])}, $retainKeys: odd(dice)},
    spec: {
      $patch: dice.pick(['delete', 'replace', 'explode']),
      ports: dice.pick([[{$patch: 'delete', port: 80}], [{$patch: 'replace'}], [{port: null}], {}, 'x', [[[]]]]),
      '$setElementOrder/ports': dice.pick([[{port: 80}], [{}], 'x', [80], null]),
      '$deleteFromPrimitiveList/finalizers': odd(dice),
    },
  };
}

function badText(dice: Dice): MalformedRequest {
  const [path] = dice.pick(OBJECTS);
  const [type, body] = dice.pick(TEXTS);
  return {
    method: dice.pick(METHODS_WITH_BODY),
    path,
    headers: {'content-type': type},
    body: typeof body === 'function' ? body(dice) : body,
  };
}

function badQuery(dice: Dice): MalformedRequest {
  const [path] = dice.pick(OBJECTS);
  const query = Array.from({length: 1 + dice.int(3)}, () => `${dice.pick(PARAMETERS)}=${encodeURIComponent(dice.pick(VALUES)(dice))}`).join(
    '&',
  );
  return {method: 'GET', path: `${path}?${query}&timeoutSeconds=1`, headers: {accept: dice.pick(ACCEPTS)}, body: null};
}

function badPath(dice: Dice): MalformedRequest {
  const name = dice.pick(NAMES);
  const path = dice.pick([
    `/api/v1/namespaces/${name}/configmaps`,
    `/api/v1/namespaces/default/configmaps/${name}`,
    `/api/v1/namespaces/${name}`,
    `/api/v1/namespaces/default/pods/${name}/log`,
    `/api/v1/namespaces/default/pods/${name}/proxy/${name}`,
    `/api/v1/namespaces/default/services/${name}/proxy/`,
    `/api/v1/nodes/${name}/proxy/configz`,
    `/apis/${name}/v1/x`,
    `/openapi/v3/${name}`,
    `/kiada/v1/nodes/${name}/stop`,
  ]);
  const method = dice.pick(['GET', 'DELETE', 'PUT', 'POST']);
  return {method, path, headers: json(), body: method === 'GET' ? null : JSON.stringify({metadata: {name: decode(name)}})};
}

function badDelete(dice: Dice): MalformedRequest {
  const [path, good] = dice.pick(OBJECTS);
  const options = {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    propagationPolicy: odd(dice),
    gracePeriodSeconds: odd(dice),
    preconditions: odd(dice),
    dryRun: odd(dice),
    orphanDependents: odd(dice),
  };
  for (const key of Object.keys(options)) if (dice.chance(0.6)) delete (options as Record<string, unknown>)[key];
  return {
    method: 'DELETE',
    path: dice.chance(0.9) ? `${path}/${good.metadata.name}` : path,
    headers: json(),
    body: JSON.stringify(dice.chance(0.9) ? options : odd(dice)),
  };
}

/** Puts odd values at random places of an object. */
function mutate(dice: Dice, object: object, times: number): unknown {
  for (let i = 0; i < times; i++) {
    let place = object as Record<string, unknown>;
    for (;;) {
      const keys = Object.keys(place);
      const key = dice.chance(0.1) || keys.length === 0 ? dice.pick(ODD_KEYS) : dice.pick(keys);
      const value = Object.hasOwn(place, key) ? place[key] : undefined;
      if (typeof value === 'object' && value !== null && dice.chance(0.8)) {
        place = value as Record<string, unknown>;
        continue;
      }
      Object.defineProperty(place, key, {value: odd(dice), enumerable: true, configurable: true, writable: true});
      break;
    }
  }
  return object;
}

const ODD_KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  '',
  'x'.repeat(300),
  'spec',
  'status',
  'metadata',
  '$patch',
  'kubectl.kubernetes.io/last-applied-configuration',
  '0',
  'finalizers',
  'ownerReferences',
  'managedFields',
  'labels',
  'generateName',
  'creationTimestamp',
];

function odd(dice: Dice): unknown {
  return dice.pick<() => unknown>([
    () => null,
    () => true,
    () => dice.pick([-1, 0, 1.5, 65536, 2 ** 31, 2 ** 53, 1e308, -0]),
    () => '',
    () => dice.word(),
    () => 'x'.repeat(dice.pick([64, 254, 5000])),
    () =>
      dice.pick([
        '../../etc/passwd',
        '/',
        '..',
        '.',
        '%2e',
        '\u0000',
        '\ud800',
        '\n',
        '<script>',
        '$(HOME)',
        '-',
        '0',
        '1e3',
        '::1',
        '999.999.999.999',
        '10.96.0.1',
        '0x7f000001',
        '10.96.0.0/16',
      ]),
    () => [],
    () => [null],
    () => [[]],
    () => ({}),
    () => ({'': null}),
    () => JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}'),
    () => nest(dice.pick([10, 300, 3000])),
    () => [{name: dice.word()}, {name: null}, 7],
    () => Array.from({length: 2000}, () => dice.int(9)),
  ])();
}

function nest(depth: number): unknown {
  let value: unknown = 'deep';
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? {a: value} : [value];
  return value;
}

function json(): Record<string, string> {
  return {'content-type': 'application/json'};
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // that it cannot be decoded is the point of some of them
  }
}

const DEFAULT = '/api/v1/namespaces/default';
const CONTAINER = {
  name: 'c',
  image: 'nginx',
  ports: [{containerPort: 80}],
  env: [{name: 'A', value: 'b'}],
  readinessProbe: {httpGet: {path: '/', port: 80}},
  volumeMounts: [{name: 'v', mountPath: '/v'}],
  resources: {requests: {cpu: '1m'}},
};
const POD_SPEC = {
  containers: [CONTAINER],
  volumes: [{name: 'v', configMap: {name: 'm', items: [{key: 'a', path: 'b'}]}}],
  nodeSelector: {never: 'there'},
  tolerations: [{key: 'a', operator: 'Exists'}],
  affinity: {},
  dnsConfig: {options: [{name: 'ndots', value: '2'}]},
};
const TEMPLATE = {metadata: {labels: {app: 'x'}}, spec: POD_SPEC};
const SELECTOR = {matchLabels: {app: 'x'}, matchExpressions: [{key: 'app', operator: 'In', values: ['x']}]};

/** Objects that are right, by the path of their collection. */
export const OBJECTS: readonly (readonly [
  string,
  {readonly metadata: {readonly name: string; readonly [field: string]: unknown}; readonly [field: string]: unknown},
])[] = [
  [`${DEFAULT}/configmaps`, {metadata: {name: 'm', labels: {a: 'b'}, annotations: {c: 'd'}}, data: {a: 'b'}, binaryData: {c: 'ZA=='}}],
  [`${DEFAULT}/secrets`, {metadata: {name: 's'}, type: 'Opaque', data: {a: 'ZA=='}, stringData: {b: 'c'}}],
  [
    `${DEFAULT}/services`,
    {
      metadata: {name: 'svc'},
      spec: {
        type: 'NodePort',
        selector: {app: 'x'},
        ports: [{name: 'http', port: 80, targetPort: 'http', protocol: 'TCP', appProtocol: 'http'}],
        sessionAffinity: 'ClientIP',
        sessionAffinityConfig: {clientIP: {timeoutSeconds: 5}},
        externalIPs: ['192.0.2.1'],
        externalTrafficPolicy: 'Local',
        ipFamilies: ['IPv4'],
        loadBalancerSourceRanges: ['10.0.0.0/8'],
      },
    },
  ],
  [`${DEFAULT}/pods`, {metadata: {name: 'p'}, spec: POD_SPEC}],
  [
    `${DEFAULT}/endpoints`,
    {metadata: {name: 'e'}, subsets: [{addresses: [{ip: '10.0.0.1', targetRef: {kind: 'Pod', name: 'p'}}], ports: [{port: 80}]}]},
  ],
  [
    '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices',
    {
      metadata: {name: 'es', labels: {'kubernetes.io/service-name': 'svc'}},
      addressType: 'IPv4',
      endpoints: [{addresses: ['10.0.0.1'], conditions: {ready: true}, hints: {forZones: [{name: 'a'}]}}],
      ports: [{name: 'http', port: 80, protocol: 'TCP'}],
    },
  ],
  [
    '/apis/apps/v1/namespaces/default/deployments',
    {
      metadata: {name: 'd'},
      spec: {
        replicas: 0,
        selector: SELECTOR,
        template: TEMPLATE,
        strategy: {type: 'RollingUpdate', rollingUpdate: {maxSurge: '25%', maxUnavailable: 1}},
      },
    },
  ],
  ['/apis/apps/v1/namespaces/default/replicasets', {metadata: {name: 'r'}, spec: {replicas: 0, selector: SELECTOR, template: TEMPLATE}}],
  [
    '/apis/apps/v1/namespaces/default/statefulsets',
    {
      metadata: {name: 'ss'},
      spec: {
        replicas: 0,
        serviceName: 'x',
        selector: SELECTOR,
        template: TEMPLATE,
        volumeClaimTemplates: [{metadata: {name: 'v'}, spec: {accessModes: ['ReadWriteOnce'], resources: {requests: {storage: '1Gi'}}}}],
      },
    },
  ],
  ['/apis/apps/v1/namespaces/default/daemonsets', {metadata: {name: 'ds'}, spec: {selector: SELECTOR, template: TEMPLATE}}],
  [
    '/apis/batch/v1/namespaces/default/jobs',
    {metadata: {name: 'j'}, spec: {suspend: true, template: {spec: {...POD_SPEC, restartPolicy: 'Never'}}}},
  ],
  [
    '/apis/batch/v1/namespaces/default/cronjobs',
    {
      metadata: {name: 'cj'},
      spec: {schedule: '* * * * *', suspend: true, jobTemplate: {spec: {template: {spec: {...POD_SPEC, restartPolicy: 'Never'}}}}},
    },
  ],
  [
    `${DEFAULT}/persistentvolumeclaims`,
    {metadata: {name: 'pvc'}, spec: {accessModes: ['ReadWriteOnce'], resources: {requests: {storage: '1Gi'}}, storageClassName: 'none'}},
  ],
  [
    '/api/v1/persistentvolumes',
    {
      metadata: {name: 'pv'},
      spec: {capacity: {storage: '1Gi'}, accessModes: ['ReadWriteOnce'], hostPath: {path: '/x'}, storageClassName: 'none'},
    },
  ],
  [
    '/api/v1/nodes',
    {
      metadata: {name: 'odd-node'},
      spec: {taints: [{key: 'a', effect: 'NoSchedule'}], podCIDR: '10.244.9.0/24'},
      status: {addresses: [{type: 'InternalIP', address: '172.18.0.99'}], conditions: [{type: 'Ready', status: 'True'}]},
    },
  ],
  ['/api/v1/namespaces', {metadata: {name: 'odd-ns'}}],
  [
    `${DEFAULT}/events`,
    {metadata: {name: 'ev'}, involvedObject: {kind: 'Pod', name: 'p', namespace: 'default'}, reason: 'R', message: 'm', type: 'Normal'},
  ],
  [
    '/apis/coordination.k8s.io/v1/namespaces/default/leases',
    {metadata: {name: 'l'}, spec: {holderIdentity: 'h', leaseDurationSeconds: 4, renewTime: '2026-01-01T00:00:00.000000Z'}},
  ],
  [
    '/apis/networking.k8s.io/v1/namespaces/default/ingresses',
    {
      metadata: {name: 'i'},
      spec: {rules: [{host: 'h', http: {paths: [{path: '/', pathType: 'Prefix', backend: {service: {name: 'svc', port: {number: 80}}}}]}}]},
    },
  ],
  ['/apis/policy/v1/namespaces/default/poddisruptionbudgets', {metadata: {name: 'pdb'}, spec: {minAvailable: 1, selector: SELECTOR}}],
  [`${DEFAULT}/serviceaccounts`, {metadata: {name: 'sa'}, automountServiceAccountToken: true}],
  [
    '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    {metadata: {name: ''}, spec: {resourceAttributes: {verb: 'get', resource: 'pods'}}},
  ],
  ['/apis/authentication.k8s.io/v1/tokenreviews', {metadata: {name: ''}, spec: {token: 'x'}}],
];

const POINTERS = [
  '',
  '/',
  '/metadata',
  '/metadata/labels/a',
  '/spec/ports/0',
  '/spec/ports/-',
  '/spec/ports/99999999999',
  '/spec/ports/-1',
  '/__proto__/polluted',
  '/constructor/prototype/polluted',
  '/metadata/name',
  '/metadata/uid',
  '/kind',
  'no-slash',
  '/~2',
  '/data/a',
  '/spec',
  null,
  7,
];

const ALIASES = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'
  .split('')
  .map((letter, index) => `${letter}: &${letter} [${Array(9).fill(`*${'abcdefghij'[index]}`).join(',')}]`)
  .join('\n')}\nmetadata: {name: bomb}\n`;
const TEXTS: readonly (readonly [string, string | ((dice: Dice) => string | Buffer)])[] = [
  ['application/json', ''],
  ['application/json', '{'],
  ['application/json', '[]'],
  ['application/json', '"x"'],
  ['application/json', 'null'],
  ['application/json', '{"metadata":{"name":"a"},"metadata":{"name":"b"}}'],
  ['application/json', () => '['.repeat(100_000)],
  ['application/json', () => `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`],
  ['application/json', () => `{"metadata":{"name":"long","annotations":{"a":"${'x'.repeat(4_000_000)}"}}}`],
  ['application/json', () => `{"metadata":{"name":"wide","labels":{${Array.from({length: 50_000}, (_, i) => `"k${i}":"v"`).join(',')}}}}`],
  ['application/json', (dice) => dice.bytes(3000)],
  ['application/json', '{"metadata":{"name":"a"},"data":{"a":1e999}}'],
  ['application/yaml', ALIASES],
  ['application/yaml', () => `${'- '.repeat(20_000)}x`],
  ['application/yaml', () => `${'a: {'.repeat(5_000)}`],
  ['application/yaml', 'a: *missing'],
  ['application/yaml', '&a [*a]'],
  ['application/yaml', 'metadata: &m\n  name: x\n  self: *m\n'],
  ['application/yaml', '<<: &x {metadata: {name: y}}\n__proto__: {polluted: true}\n'],
  ['application/yaml', '!!js/function "x"'],
  ['application/yaml', '%YAML 9.9\n---\na: b\n---\nc: d\n'],
  ['application/yaml', (dice) => dice.bytes(3000)],
  ['application/yaml', '? {a: b}\n: c\n'],
  ['application/vnd.kubernetes.protobuf', (dice) => dice.bytes(200)],
  ['application/vnd.kubernetes.protobuf', (dice) => Buffer.concat([Buffer.from('k8s\0'), dice.bytes(dice.int(400))])],
  [
    'application/vnd.kubernetes.protobuf',
    () => Buffer.concat([Buffer.from('k8s\0'), Buffer.from('0a0d0a0276311207536572766963651a', 'hex'), Buffer.alloc(2000, 0xff)]),
  ],
  ['application/vnd.kubernetes.protobuf', () => Buffer.concat([Buffer.from('k8s\0'), Buffer.alloc(60_000, 0x0a)])],
  ['application/xml', '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'],
  ['multipart/form-data; boundary=x', '--x\r\n\r\n--x--'],
  ['application/cbor', () => Buffer.from('d9d9f7a0', 'hex')],
  ['', '{}'],
];

const PARAMETERS = [
  'labelSelector',
  'fieldSelector',
  'limit',
  'continue',
  'resourceVersion',
  'resourceVersionMatch',
  'watch',
  'sendInitialEvents',
  'allowWatchBookmarks',
  'dryRun',
  'pretty',
  'timeout',
  '__proto__',
  'fieldValidation',
];
const VALUES: readonly ((dice: Dice) => string)[] = [
  () => '',
  () => '-1',
  () => '0',
  () => '99999999999999999999999',
  () => 'true',
  (dice) => dice.word(),
  () => '1.5',
  () => 'NaN',
  () => 'a in (',
  () => 'a in ()',
  () => '!!a',
  () => 'a==b==c',
  () => ',,,,',
  () => '((((((((((',
  () => `a in (${'x,'.repeat(15_000)}y)`,
  () => Array.from({length: 3_000}, (_, i) => `k${i}=v`).join(','),
  () => `${'a'.repeat(50)}/`.repeat(50),
  () => 'metadata.name=../..',
  () => 'spec.nodeName!=x,spec.__proto__=y',
  () => '\\,\\=\\',
  () => '\u0000',
  () => 'Exact',
  () => 'NotOlderThan',
  () => Buffer.from('{"v":"meta.k8s.io/v1","rv":-1,"start":"\u0000"}').toString('base64url'),
  () => Buffer.from('{"v":"meta.k8s.io/v1","rv":1e99,"start":"../../x"}').toString('base64url'),
  () => Buffer.from('[]').toString('base64url'),
];
const ACCEPTS = [
  'application/json',
  '*/*',
  'application/json;as=Table;v=v1;g=meta.k8s.io',
  'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
  'application/vnd.kubernetes.protobuf',
  'text/html',
  ';;;;',
  ',,,',
  `${'a/b,'.repeat(3_000)}`,
  'application/json;as=__proto__',
];
const NAMES = [
  '..',
  '.',
  '%2e%2e',
  '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
  '..%5c..',
  '%00',
  'a%2fb',
  '__proto__',
  'constructor',
  'UPPER',
  '-',
  'x'.repeat(300),
  '%ff',
  '%',
  'a%20b',
  'a;b',
  '%F0%9F%98%80',
  'hasOwnProperty',
  'a:b:c',
  'https:x:1',
  ':80',
  'kube-system%2f..%2fdefault',
];
