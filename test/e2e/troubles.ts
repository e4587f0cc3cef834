/** A Service that has one of the usual troubles, with what a reader of its page must learn from the first screen. */
export interface Trouble {
  readonly service: string;
  readonly of: string;
  readonly code: string;
  /** What the first screen says of the cause. */
  readonly says: RegExp;
  /** The command that it names. */
  readonly command: RegExp;
  /** Whether that command mends it. */
  readonly mends: boolean;
  readonly objects: readonly object[];
}

type Json = Record<string, unknown>;

function deployment(name: string, container: Json, replicas = 2): Json {
  const labels = {app: name};
  const spec = {terminationGracePeriodSeconds: 0, containers: [{name: 'web', image: 'nginx', ...container}]};
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {name},
    spec: {replicas, selector: {matchLabels: labels}, template: {metadata: {labels}, spec}},
  };
}

function service(name: string, spec: Json = {}, port: Json = {port: 80, targetPort: 80}): Json {
  return {apiVersion: 'v1', kind: 'Service', metadata: {name}, spec: {selector: {app: name}, ports: [port], ...spec}};
}

const HTTP = {ports: [{name: 'http', containerPort: 80}]};
const get = (path: string) => ({readinessProbe: {httpGet: {path, port: 80}, periodSeconds: 1, failureThreshold: 1}});

export const TROUBLES: readonly Trouble[] = [
  {
    service: 'typo',
    of: 'a selector with a slip of the pen',
    code: 'KIA0101',
    says: /selector app=tpyo matches none of \d+ pods/,
    command: /kubectl -n default patch service typo .*"app":"typo"/,
    mends: true,
    objects: [deployment('typo', HTTP), service('typo', {selector: {app: 'tpyo'}})],
  },
  {
    service: 'away',
    of: 'pods in another namespace',
    code: 'KIA0101',
    says: /it is in namespace prod/,
    command: /kubectl -n prod get pods -l app=away/,
    mends: false,
    objects: [
      {apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'prod'}},
      {...deployment('away', HTTP), metadata: {name: 'away', namespace: 'prod'}},
      service('away'),
    ],
  },
  {
    service: 'named',
    of: 'a target port of a name that the pods do not have',
    code: 'KIA0301',
    says: /port 80: none of 2 pods names a port "web"/,
    command: /kubectl -n default patch service named .*"value":"http"/,
    mends: true,
    objects: [deployment('named', HTTP), service('named', {}, {port: 80, targetPort: 'web'})],
  },
  {
    service: 'number',
    of: 'a target port that nobody listens on',
    code: 'KIA0305',
    says: /port 80 leads to 8080, which no container declares/,
    command: /kubectl -n default patch service number .*"value":80\}/,
    mends: true,
    objects: [deployment('number', {...HTTP, ...get('/')}), service('number', {}, {port: 80, targetPort: 8080})],
  },
  {
    service: 'unready',
    of: 'a dozen pods whose readiness probe fails',
    code: 'KIA0203',
    says: /12 of 12 pods run but fail their readiness probe/,
    command: /kubectl -n default describe pod unready-/,
    mends: false,
    objects: [deployment('unready', {...HTTP, ...get('/no-such-page')}, 12), service('unready')],
  },
  {
    service: 'crash',
    of: 'containers that exit',
    code: 'KIA0202',
    says: /container web exited\s+with code 3/,
    command: /kubectl -n default logs crash-\S+ -c web --previous/,
    mends: false,
    objects: [deployment('crash', {image: 'busybox', command: ['sh', '-c', 'exit 3']}), service('crash')],
  },
  {
    service: 'image',
    of: 'an image that cannot be pulled',
    code: 'KIA0204',
    says: /2 of 2 pods cannot get their image/,
    command: /kubectl -n default describe pod image-/,
    mends: false,
    objects: [deployment('image', {image: 'example.com/shop/web:1.2'}), service('image')],
  },
  {
    service: 'big',
    of: 'pods that no node has room for',
    code: 'KIA0205',
    says: /Insufficient cpu/,
    command: /kubectl -n default describe pod big-/,
    mends: false,
    objects: [deployment('big', {resources: {requests: {cpu: '640'}}}), service('big')],
  },
  {
    service: 'none',
    of: 'a workload that is scaled to zero',
    code: 'KIA0102',
    says: /Deployment none, which the selector fits, is scaled to zero/,
    command: /kubectl -n default scale deployment\/none --replicas=1/,
    mends: true,
    objects: [deployment('none', HTTP, 0), service('none')],
  },
  {
    service: 'local',
    of: 'externalTrafficPolicy Local on nodes without an endpoint',
    code: 'KIA0404',
    says: /2 of 3 nodes drop what comes to its node port/,
    command: /kubectl -n default patch service local .*"externalTrafficPolicy":"Cluster"/,
    mends: true,
    objects: [deployment('local', HTTP, 1), service('local', {type: 'NodePort', externalTrafficPolicy: 'Local'})],
  },
  {
    service: 'pending',
    of: 'a load balancer that nobody provides',
    code: 'KIA0401',
    says: /no controller has given it an address/,
    command: /wait a minute, then check again/,
    mends: false,
    objects: [deployment('pending', HTTP), service('pending', {type: 'LoadBalancer', loadBalancerClass: 'example.com/none'})],
  },
  {
    service: 'policy',
    of: 'a NetworkPolicy for the wrong port',
    code: 'KIA0801',
    says: /NetworkPolicy policy admits port 80, which is the Service's/,
    command: /kubectl -n default edit networkpolicy policy/,
    mends: false,
    objects: [
      deployment('policy', {ports: [{containerPort: 8080}]}),
      service('policy', {}, {port: 80, targetPort: 8080}),
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: {name: 'policy'},
        spec: {podSelector: {matchLabels: {app: 'policy'}}, policyTypes: ['Ingress'], ingress: [{ports: [{port: 80}]}]},
      },
    ],
  },
  {
    service: 'extern',
    of: 'an ExternalName that is an address',
    code: 'KIA0601',
    says: /externalName 203.0.113.7 is an address/,
    command: /kubectl -n default delete service extern/,
    mends: false,
    objects: [{apiVersion: 'v1', kind: 'Service', metadata: {name: 'extern'}, spec: {type: 'ExternalName', externalName: '203.0.113.7'}}],
  },
  {
    service: 'manual',
    of: 'an EndpointSlice by hand without its label',
    code: 'KIA0702',
    says: /EndpointSlice manual-1 is not tied to it/,
    command: /kubectl -n default label endpointslice manual-1 kubernetes.io\/service-name=manual/,
    mends: true,
    objects: [
      service('manual', {selector: undefined}, {name: 'http', port: 80}),
      {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: {name: 'manual-1'},
        addressType: 'IPv4',
        ports: [{name: 'http', port: 80}],
        endpoints: [{addresses: ['192.0.2.10']}],
      },
    ],
  },
];
