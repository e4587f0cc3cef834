import type {KubernetesObject} from '../../../src/model/index.ts';
import type {Random} from './random.ts';

/** A pod that can be an endpoint. */
export interface Target {
  readonly name: string;
  readonly node: string;
  readonly zone: string;
  readonly ips: readonly string[];
}

/** A few random Services with slices made by hand, so that endpoints can have any conditions and hints. */
export type TrafficCluster = readonly TrafficCase[];

export interface TrafficCase {
  readonly service: KubernetesObject;
  readonly slices: readonly KubernetesObject[];
  /** Load balancer addresses to write into the status, where no balancer of the cluster does. */
  readonly ingress: readonly {readonly ip: string; readonly ipMode: string}[] | null;
}

const RANGES = [
  '172.31.0.10/32',
  '172.31.0.0/24',
  '10.244.1.0/24',
  '172.30.0.0/24',
  '172.30.0.11/32',
  'fd00:31::/64',
  'fd00:10:244::/48',
  '0.0.0.0/0',
];
const ZONES = ['zone-a', 'zone-b', 'zone-c'];
const NODES = ['node1', 'node2', 'node3'];

export function trafficCluster(random: Random, number: number, targets: readonly Target[]): TrafficCluster {
  return Array.from({length: random.pick([1, 1, 2, 3])}, (_, index) =>
    trafficCase(random, `s-${number}-${index}`, 3 * number + index, targets),
  );
}

function trafficCase(random: Random, name: string, number: number, targets: readonly Target[]): TrafficCase {
  const families = random.pick([['IPv4'], ['IPv4'], ['IPv6'], ['IPv4', 'IPv6']]);
  const type = random.pick(['ClusterIP', 'NodePort', 'NodePort', 'LoadBalancer', 'LoadBalancer']);
  const external = type !== 'ClusterIP';
  const withIPs = random.chance(0.15);
  const foreign = type === 'LoadBalancer' && random.chance(0.15);
  const ports = portsOf(random);
  const service: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {name},
    spec: {
      type,
      ipFamilies: families,
      ipFamilyPolicy: families.length === 2 ? 'RequireDualStack' : 'SingleStack',
      ports: ports.map((port) => ({...port, targetPort: 8080})),
      internalTrafficPolicy: random.pick(['Cluster', 'Local']),
      ...(external || withIPs ? {externalTrafficPolicy: random.pick(['Cluster', 'Local'])} : {}),
      ...(random.chance(0.15) ? {sessionAffinity: 'ClientIP'} : {}),
      ...(withIPs ? {externalIPs: [`172.33.0.${1 + (number % 250)}`, `fd00:33::${1 + (number % 250)}`]} : {}),
      ...(type === 'LoadBalancer' && random.chance(0.35) ? {loadBalancerSourceRanges: random.some(RANGES, 0.3)} : {}),
      ...(type === 'LoadBalancer' && random.chance(0.15) ? {allocateLoadBalancerNodePorts: false} : {}),
      ...(foreign ? {loadBalancerClass: 'kiada.dev/none'} : {}),
    },
  };
  const modes = random.pick(['VIP', 'VIP', 'Proxy']);
  const ingress = foreign
    ? families.map((family) => ({ip: (family === 'IPv4' ? '172.34.0.' : 'fd00:34::') + (1 + (number % 250)), ipMode: modes}))
    : null;
  const hints = random.pick(HINTS);
  const slices = families.flatMap((family) => slicesOf(random, {name, family, ports, targets, hints}));
  return {service, slices, ingress};
}

interface Port {
  readonly name: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
}

/** Of two ports of different protocols, the numbers may be the same. */
function portsOf(random: Random): readonly Port[] {
  const protocol = () => random.pick<Port['protocol']>(['TCP', 'TCP', 'UDP']);
  const first: Port = {name: 'a', port: 80, protocol: protocol()};
  if (random.chance(0.7)) return [first];
  const second = protocol();
  return [first, {name: 'b', port: second !== first.protocol && random.chance(0.5) ? 80 : 81, protocol: second}];
}

interface SliceQuestion {
  readonly name: string;
  readonly family: string;
  readonly ports: readonly Port[];
  readonly targets: readonly Target[];
  readonly hints: Hints;
}

/** Up to two slices of a family; the second may lack a port of the first. */
function slicesOf(random: Random, {name, family, ports, targets, hints}: SliceQuestion): readonly KubernetesObject[] {
  const chosen = random.chance(0.1) ? [] : random.some(targets, random.pick([0.3, 0.6, 0.9]));
  const parts = random.chance(0.3) ? [chosen.slice(0, 1), chosen.slice(1)] : [chosen];
  const endpoints = endpointMaker(random);
  return parts.map((part, index) => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {name: `${name}-${family.toLowerCase()}-${index}`, labels: {'kubernetes.io/service-name': name, 'kiada-test': 'traffic'}},
    addressType: family,
    ports: (index === 1 && random.chance(0.5) ? ports.slice(0, 1) : ports).map(({name: port, protocol}) => ({
      name: port,
      port: 8080,
      protocol,
    })),
    endpoints: part.map((target) => endpoints(target, family, hints)),
  }));
}

const CONDITIONS: readonly Readonly<Record<string, boolean>>[] = [
  {ready: true, serving: true, terminating: false},
  {ready: true, serving: true, terminating: false},
  {ready: true, serving: true, terminating: false},
  {ready: false, serving: false, terminating: false},
  {ready: false, serving: true, terminating: true},
  {ready: false, serving: true, terminating: true},
  {ready: false, serving: false, terminating: true},
  {ready: true, serving: true, terminating: true},
  {ready: false, serving: true, terminating: false},
  {ready: true, serving: false, terminating: false},
  {serving: false},
  {terminating: true},
  {},
];

/** Endpoints of one slice family. Now and then all are of one mind: many decisions only show where no endpoint is ready. */
function endpointMaker(random: Random): (target: Target, family: string, hints: Hints) => object {
  const mood = random.chance(0.3) ? random.pick(CONDITIONS) : null;
  return (target, family, hints) => {
    const nodeName = random.chance(0.08) ? undefined : target.node;
    return {
      addresses: [target.ips.find((ip) => ip.includes(':') === (family === 'IPv6'))],
      conditions: mood ?? random.pick(CONDITIONS),
      ...(nodeName === undefined ? {} : {nodeName}),
      zone: target.zone,
      ...hints(random, target),
    };
  };
}

type Hints = (random: Random, target: Target) => {hints?: object};

const forZones = (names: readonly string[]) => (names.length > 0 ? {forZones: names.map((name) => ({name}))} : {});
const forNodes = (names: readonly string[]) => (names.length > 0 ? {forNodes: names.map((name) => ({name}))} : {});

const HINTS: readonly Hints[] = [
  () => ({}),
  () => ({}),
  () => ({}),
  (_, {zone}) => ({hints: forZones([zone])}),
  (random, {zone}) => (random.chance(0.15) ? {} : {hints: forZones([zone])}),
  (random) => ({hints: forZones([random.pick(ZONES)])}),
  (random) => ({hints: {...forZones(random.some(ZONES, 0.5)), ...forNodes(random.some(NODES, 0.5))}}),
  (_, {zone, node}) => ({hints: {...forZones([zone]), ...forNodes([node])}}),
  (_, {zone}) => ({hints: forZones([zone === 'zone-c' ? 'zone-d' : zone])}),
];
