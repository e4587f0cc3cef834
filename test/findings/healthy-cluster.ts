import {buildEndpointSlices, matchesSelector} from '../../src/endpoints/index.ts';
import type {KubernetesObject} from '../../src/model/index.ts';
import {findSetup} from '../../src/suite/setups/index.ts';

type Json = Record<string, unknown>;

const BORN = '2026-11-23T08:00:00Z';

/** Three dual-stack nodes in three zones, as the sandbox has them. */
export function nodes(): readonly KubernetesObject[] {
  return [1, 2, 3].map((number) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {name: `sandbox-${number}`, labels: {'topology.kubernetes.io/zone': `zone-${'abc'[number - 1]}`}},
    spec: {podCIDR: `10.244.${number}.0/24`, podCIDRs: [`10.244.${number}.0/24`, `fd00:10:244:${number}::/64`]},
    status: {
      addresses: [{type: 'InternalIP', address: `172.18.0.${number + 1}`}],
      allocatable: {cpu: '4'},
      conditions: [
        {type: 'MemoryPressure', status: 'False'},
        {type: 'DiskPressure', status: 'False'},
        {type: 'PIDPressure', status: 'False'},
        {type: 'Ready', status: 'True'},
      ],
    },
  }));
}

/** The objects of a setup as they are in a cluster where all of it runs well, with what it needs. */
export function runningSetup(...names: readonly string[]): readonly KubernetesObject[] {
  const found = names.map((name) => findSetup(name)).filter((setup) => setup !== null);
  const objects = new Map(found.flatMap((setup) => setup.objects).map((object) => [`${object.kind}/${object.metadata?.name}`, object]));
  const placed = [...objects.values()].map((object, index) => live(object, index));
  return [...nodes(), ...placed, ...placed.flatMap((object) => slicesOf(object, placed))];
}

function live(object: KubernetesObject, index: number): KubernetesObject {
  const metadata = {...object.metadata, namespace: 'kiada', uid: `uid-${index}`, creationTimestamp: BORN};
  if (object.kind === 'Pod') return runningPod({...object, metadata}, index);
  if (object.kind === 'Service') return servedService({...object, metadata}, index);
  return {...object, metadata};
}

function runningPod(pod: KubernetesObject, index: number): KubernetesObject {
  const number = (index % 3) + 1;
  const spec = pod['spec'] as Json;
  const [v4, v6] = [`10.244.${number}.${index + 10}`, `fd00:10:244:${number}::${index + 10}`];
  const conditions = ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map((type) => ({
    type,
    status: 'True',
    lastTransitionTime: BORN,
  }));
  const containers = (spec['containers'] as Json[]).map(({name, image}) => ({
    name,
    image,
    ready: true,
    started: true,
    state: {running: {startedAt: BORN}},
  }));
  const done = ((spec['initContainers'] ?? []) as Json[]).map(({name, image}) => ({
    name,
    image,
    ready: true,
    started: false,
    state: {terminated: {exitCode: 0, reason: 'Completed'}},
  }));
  return {
    ...pod,
    spec: {...spec, nodeName: `sandbox-${number}`},
    status: {
      phase: 'Running',
      podIP: v4,
      podIPs: [{ip: v4}, {ip: v6}],
      conditions,
      containerStatuses: containers,
      initContainerStatuses: done,
    },
  };
}

function servedService(service: KubernetesObject, index: number): KubernetesObject {
  const spec = service['spec'] as Json;
  if (spec['type'] === 'ExternalName') return service;
  const both = spec['ipFamilyPolicy'] === 'RequireDualStack';
  const addresses = [`10.96.1.${index}`, ...(both ? [`fd00:10:96::1:${index}`] : [])];
  const external = spec['type'] === 'LoadBalancer' || spec['type'] === 'NodePort';
  const balanced =
    spec['type'] === 'LoadBalancer' ? {loadBalancer: {ingress: [{ip: '172.18.255.200', ipMode: 'VIP'}]}} : {loadBalancer: {}};
  return {
    ...service,
    spec: {
      type: 'ClusterIP',
      internalTrafficPolicy: 'Cluster',
      sessionAffinity: 'None',
      ipFamilyPolicy: 'SingleStack',
      ipFamilies: both ? ['IPv4', 'IPv6'] : ['IPv4'],
      clusterIP: addresses[0],
      clusterIPs: addresses,
      ...(external ? {externalTrafficPolicy: 'Cluster'} : {}),
      ...spec,
      ...(spec['clusterIP'] === 'None' ? {clusterIPs: ['None']} : {}),
    },
    status: balanced,
  };
}

/** What the EndpointSlice controller makes of a Service with a selector. */
export function slicesOf(service: KubernetesObject, objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const selector = (service['spec'] as Json | undefined)?.['selector'] as Record<string, string> | undefined;
  if (service.kind !== 'Service' || selector === undefined) return [];
  const pods = objects.filter((object) => object.kind === 'Pod' && matchesSelector(selector, object.metadata?.labels ?? {}));
  const {slices} = buildEndpointSlices({service, pods, nodes: nodes()});
  return slices.map((slice, index) => ({
    ...slice,
    metadata: {...slice.metadata, name: `${service.metadata?.name}-${index}`, namespace: service.metadata?.namespace ?? 'default'},
  }));
}
