import type {Dice} from './dice.ts';

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

export const POINTERS = [
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
export const TEXTS: readonly (readonly [string, string | ((dice: Dice) => string | Buffer)])[] = [
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

export const PARAMETERS = [
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
export const VALUES: readonly ((dice: Dice) => string)[] = [
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
export const ACCEPTS = [
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
export const NAMES = [
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
