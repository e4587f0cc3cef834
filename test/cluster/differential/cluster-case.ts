import type {KubernetesObject} from '../../../src/model/index.ts';
import {FAKE_NODES} from './fake-nodes.ts';
import type {Random} from './random.ts';

/** A pod and what its kubelet would report. */
export interface ReportedPod {
  readonly object: KubernetesObject;
  readonly status: object;
  readonly terminating: boolean;
}

/** A few Services over one set of pods, and slices made by hand. */
export interface ClusterCase {
  readonly services: readonly KubernetesObject[];
  readonly pods: readonly ReportedPod[];
  readonly slices: readonly KubernetesObject[];
}

const NODES: readonly string[] = [...FAKE_NODES, 'kiada-test-absent'];

export function clusterCase(random: Random, number: number): ClusterCase {
  const app = `c${number}`;
  const services = Array.from({length: 1 + random.below(3)}, (_, index) => serviceOf(random, app, `${app}-s${index}`));
  const size = random.pick([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  const tame = random.chance(0.4); // the hints of zones only show where most pods are well
  const pods = Array.from({length: size}, (_, index) => podOf(random, app, index, {number, tame, services}));
  const byHand = services.filter((service) => (service['spec'] as {selector?: unknown; type?: string}).selector === undefined);
  return {services, pods, slices: byHand.flatMap((service) => slicesOf(random, service, number))};
}

function serviceOf(random: Random, app: string, name: string): KubernetesObject {
  if (random.chance(0.08)) return externalName(random, name);
  const headless = random.chance(0.4);
  const families = random.pick([['IPv4'], ['IPv6'], ['IPv4', 'IPv6'], ['IPv6', 'IPv4']]);
  const selector = random.chance(0.85) ? {app, ...(random.chance(0.3) ? {tier: 'front'} : {})} : undefined;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {name, labels: random.chance(0.3) ? {team: 'blue', 'app.kubernetes.io/name': app} : {}, annotations: annotationsOf(random)},
    spec: {
      ...(selector === undefined ? {} : {selector}),
      ...(headless ? {clusterIP: 'None'} : {}),
      ipFamilies: families,
      ipFamilyPolicy: families.length === 2 ? 'RequireDualStack' : 'SingleStack',
      ports: portsOf(random, headless),
      ...(random.chance(0.2) ? {publishNotReadyAddresses: true} : {}),
      ...(random.chance(0.35) ? {trafficDistribution: random.pick(['PreferClose', 'PreferSameZone', 'PreferSameNode'])} : {}),
    },
  };
}

function externalName(random: Random, name: string): KubernetesObject {
  const target = random.pick([
    'example.com',
    'kubernetes.default.svc.cluster.local',
    'absent.default.svc.cluster.local',
    '10.1.2.3',
    'example.com.',
  ]);
  return {apiVersion: 'v1', kind: 'Service', metadata: {name}, spec: {type: 'ExternalName', externalName: target}};
}

function annotationsOf(random: Random): Record<string, string> {
  const key = random.pick(['service.kubernetes.io/topology-mode', 'service.kubernetes.io/topology-aware-hints']);
  return random.chance(0.25) ? {[key]: random.pick(['Auto', 'auto', 'Disabled'])} : {};
}

function portsOf(random: Random, headless: boolean): readonly object[] {
  if (headless && random.chance(0.15)) return [];
  const count = random.pick([1, 1, 2, 3]);
  return Array.from({length: count}, (_, index) => ({
    ...(count > 1 || random.chance(0.7) ? {name: `p${index}`} : {}),
    port: 80 + index,
    protocol: random.pick(['TCP', 'TCP', 'UDP', 'SCTP']),
    targetPort: random.pick([8080, 8080, 'web', 'dns']),
    ...(random.chance(0.15) ? {appProtocol: random.pick(['http', 'kubernetes.io/h2c'])} : {}),
  }));
}

interface PodSetting {
  readonly number: number;
  readonly tame: boolean;
  readonly services: readonly KubernetesObject[];
}

function podOf(random: Random, app: string, index: number, {number, tame, services}: PodSetting): ReportedPod {
  const ips = addressesOf(random, number, index, tame);
  const subdomain = random.pick([undefined, undefined, services[0]?.metadata?.name, 'nowhere']);
  const object: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {name: `${app}-p${index}`, labels: {app: random.chance(0.9) ? app : `${app}x`, tier: random.pick(['front', 'back'])}},
    spec: {
      nodeName: tame ? random.pick(FAKE_NODES) : random.pick(NODES),
      automountServiceAccountToken: false,
      ...(random.chance(0.3) ? {hostname: `h${index % 3}`} : {}),
      ...(subdomain === undefined ? {} : {subdomain}),
      ...containersOf(random),
    },
  };
  const phase = tame ? 'Running' : random.pick(['Running', 'Running', 'Running', 'Running', 'Pending', 'Succeeded', 'Failed']);
  const ready = random.chance(tame ? 0.95 : 0.7);
  const status = {
    phase,
    ...(ips[0] === undefined ? {} : {podIP: ips[0], podIPs: ips.map((ip) => ({ip}))}),
    ...(random.chance(0.05) ? {} : {conditions: [{type: 'Ready', status: ready ? 'True' : 'False'}]}),
  };
  return {object, status, terminating: random.chance(tame ? 0.05 : 0.2)};
}

function addressesOf(random: Random, number: number, index: number, tame: boolean): readonly string[] {
  const v4 = `10.240.${number % 250}.${index + 1}`;
  const v6 = random.chance(0.1) ? `fd00:240:${number.toString(16)}:${index + 1}::` : `fd00:240:${number.toString(16)}::${index + 1}`;
  return tame ? [v4, v6] : random.pick([[v4], [v6], [v4, v6], [v6, v4], [v4, v6], []]);
}

function containersOf(random: Random): object {
  const named = (): object[] => [
    ...(random.chance(0.6) ? [{name: 'web', containerPort: random.pick([8080, 9090])}] : []),
    ...(random.chance(0.4) ? [{name: 'dns', containerPort: 5353, protocol: random.pick(['UDP', 'TCP'])}] : []),
  ];
  return {
    containers: [{name: 'main', image: 'busybox', ports: named()}],
    ...(random.chance(0.25)
      ? {initContainers: [{name: 'side', image: 'busybox', ports: named(), ...(random.chance(0.7) ? {restartPolicy: 'Always'} : {})}]}
      : {}),
  };
}

const FLAGS: readonly (boolean | undefined)[] = [true, true, true, false, undefined];

function slicesOf(random: Random, service: KubernetesObject, number: number): readonly KubernetesObject[] {
  const {ipFamilies = ['IPv4'], ports = []} = service['spec'] as {
    ipFamilies?: readonly string[];
    ports?: readonly {name?: string; protocol?: string}[];
  };
  return ipFamilies.flatMap((family) =>
    Array.from({length: random.below(3)}, (_, part) => ({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: `${service.metadata?.name}-${family.toLowerCase()}-${part}`,
        labels: {'kubernetes.io/service-name': service.metadata?.name ?? ''},
      },
      addressType: family,
      ports: ports.map(({name = '', protocol}) => ({name, protocol, port: random.pick([8080, 9090])})),
      endpoints: Array.from({length: random.below(4)}, (__, index) => ({
        addresses: [
          family === 'IPv4' ? `10.241.${number % 250}.${part * 8 + index + 1}` : `fd00:241:${number.toString(16)}::${part * 8 + index + 1}`,
        ],
        conditions: conditionsOf(random),
        ...(random.chance(0.4) ? {hostname: random.pick(['one', 'two', 'three'])} : {}),
      })),
    })),
  );
}

function conditionsOf(random: Random): object {
  const conditions = {ready: random.pick(FLAGS), serving: random.pick(FLAGS), terminating: random.pick(FLAGS)};
  return Object.fromEntries(Object.entries(conditions).filter(([, value]) => value !== undefined));
}
