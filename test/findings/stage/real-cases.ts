import type {KubernetesObject} from '../../../src/model/index.ts';

// What real kubelets and schedulers must bring about themselves: pods that are truly not well, and one close by that is.

export interface RealCase {
  readonly code: string;
  /** Codes that are found beside it: what the code is about has a cause of its own. */
  readonly beside?: readonly string[];
  readonly broken: RealPods;
  readonly fine: RealPods;
}

export interface RealPods {
  readonly pods?: readonly RealPod[];
  readonly service?: object;
}

export interface RealPod {
  /** In place of the fields of a container that is nginx and ready. */
  readonly container?: object;
  readonly spec?: object;
  /** Deleted as soon as it is ready. */
  readonly leaves?: boolean;
}

const BUSYBOX = {image: 'busybox', imagePullPolicy: 'IfNotPresent', readinessProbe: undefined};
const GET = (path: string) => ({httpGet: {path, port: 80}, periodSeconds: 1, timeoutSeconds: 5});
const STAYS = {terminationGracePeriodSeconds: 300};
const SLOW_STOP = {lifecycle: {preStop: {exec: {command: ['sleep', '290']}}}};
/** Too slow five times, then at once. */
const SLOW_AT_FIRST = 'n=$(cat /tmp/n); case $n in 11111) exit 0;; esac; echo 1$n >/tmp/n; sleep 30';
const oneKey = (optional: boolean) => ({env: [{name: 'A', valueFrom: {configMapKeyRef: {name: 'absent', key: 'a', optional}}}]});

function changed(code: string, broken: RealPod, fine: RealPod): RealCase {
  return {code, broken: {pods: [broken]}, fine: {pods: [fine]}};
}

export const REAL_CASES: readonly RealCase[] = [
  changed('KIA0105', {container: {...BUSYBOX, command: ['true']}, spec: {restartPolicy: 'Never'}}, {spec: {restartPolicy: 'Never'}}),
  changed('KIA0202', {container: {...BUSYBOX, command: ['sh', '-c', 'exit 3']}}, {container: {...BUSYBOX, command: ['sleep', '3600']}}),
  changed('KIA0203', {container: {readinessProbe: GET('/absent')}}, {container: {readinessProbe: GET('/')}}),
  changed('KIA0204', {container: {image: 'example.com/absent:1'}}, {}),
  changed('KIA0205', {container: {resources: {requests: {cpu: '1000'}}}}, {container: {resources: {requests: {cpu: '1m'}}}}),
  changed('KIA0206', {container: oneKey(false)}, {container: oneKey(true)}),
  changed('KIA0207', {spec: {readinessGates: [{conditionType: 'example.com/registered'}]}}, {spec: {readinessGates: []}}),
  changed(
    'KIA0208',
    {container: {startupProbe: {...GET('/absent'), failureThreshold: 300}}},
    {container: {startupProbe: {...GET('/'), failureThreshold: 300}}},
  ),
  changed(
    'KIA0210',
    {spec: {initContainers: [{name: 'migrate', ...BUSYBOX, command: ['false']}]}},
    {spec: {initContainers: [{name: 'migrate', ...BUSYBOX, command: ['true']}]}},
  ),
  {
    code: 'KIA0211',
    broken: {pods: [{leaves: true, container: SLOW_STOP, spec: STAYS}]},
    fine: {pods: [{leaves: true, container: SLOW_STOP, spec: STAYS}, {}]},
  },
  changed(
    'KIA0216',
    {container: {readinessProbe: {exec: {command: ['sh', '-c', SLOW_AT_FIRST]}, periodSeconds: 1, timeoutSeconds: 1}}},
    {container: {readinessProbe: {exec: {command: ['sh', '-c', 'true']}, periodSeconds: 1, timeoutSeconds: 1}}},
  ),
  {
    code: 'KIA0218',
    beside: ['KIA0203'],
    broken: {pods: [{container: {readinessProbe: GET('/absent')}}], service: {publishNotReadyAddresses: true}},
    fine: {pods: [{}], service: {publishNotReadyAddresses: true}},
  },
  {
    code: 'KIA0401',
    broken: {pods: [{}], service: {type: 'LoadBalancer', loadBalancerClass: 'kiada.dev/absent'}},
    fine: {pods: [{}], service: {type: 'LoadBalancer'}},
  },
];

/** The Service and the pods of a case. */
export function objectsOf({pods = [], service = {}}: RealPods, namespace: string): readonly KubernetesObject[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {name: 'web', namespace},
      spec: {selector: {app: 'web'}, ports: [{name: 'http', port: 80, targetPort: 80}], ...service},
    },
    ...pods.map((pod, index) => podOf(pod, `web-${index}`, namespace)),
  ];
}

function podOf({container = {}, spec = {}}: RealPod, name: string, namespace: string): KubernetesObject {
  const nginx = {name: 'web', image: 'nginx:alpine', imagePullPolicy: 'IfNotPresent', readinessProbe: GET('/')};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {name, namespace, labels: {app: 'web'}},
    spec: {terminationGracePeriodSeconds: 1, ...spec, containers: [JSON.parse(JSON.stringify({...nginx, ...container}))]},
  };
}
