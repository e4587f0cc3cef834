import type {KubernetesObject} from '../../../model/index.ts';
import type {ResourceInfo} from '../schema/index.ts';

/** An object as that resource's version shows it. Events and autoscalers are stored once and served in two versions. */
export function toServed(resource: ResourceInfo, stored: KubernetesObject): KubernetesObject {
  const apiVersion = apiVersionOf(resource);
  if (stored.apiVersion === apiVersion) return stored;
  const convert = TO_SERVED[`${apiVersion}/${resource.kind}`];
  return {...(convert === undefined ? stored : convert(stored)), apiVersion, kind: resource.kind};
}

/** The stored form of an object that a client sent in that resource's version. */
export function toStored(resource: ResourceInfo, served: KubernetesObject): KubernetesObject {
  const convert = TO_STORED[`${apiVersionOf(resource)}/${resource.kind}`];
  return convert === undefined ? served : convert(served);
}

export function apiVersionOf({group, version}: {readonly group: string; readonly version: string}): string {
  return group === '' ? version : `${group}/${version}`;
}

/** New name of a field in events.k8s.io/v1, old name in core/v1. */
const EVENT_FIELDS: readonly (readonly [modern: string, core: string])[] = [
  ['regarding', 'involvedObject'],
  ['note', 'message'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
  ['reportingController', 'reportingComponent'],
];

type Convert = (object: KubernetesObject) => KubernetesObject;

const TO_SERVED: Readonly<Record<string, Convert>> = {
  'events.k8s.io/v1/Event': (event) => renamed(event, new Map(EVENT_FIELDS.map(([modern, core]) => [core, modern]))),
  'autoscaling/v1/HorizontalPodAutoscaler': autoscalerV1,
};

const TO_STORED: Readonly<Record<string, Convert>> = {
  'events.k8s.io/v1/Event': (event) => renamed(event, new Map(EVENT_FIELDS)),
  'autoscaling/v1/HorizontalPodAutoscaler': autoscalerV2,
};

function renamed(object: KubernetesObject, names: ReadonlyMap<string, string>): KubernetesObject {
  return Object.fromEntries(Object.entries(object).map(([field, value]) => [names.get(field) ?? field, value]));
}

interface CpuMetric {
  readonly type?: string;
  readonly resource?: {readonly name?: string; readonly target?: {readonly averageUtilization?: number}};
}

/** Version 1 knows one metric, the CPU's utilization; others of version 2 do not show. */
function autoscalerV1(object: KubernetesObject): KubernetesObject {
  const {metrics, behavior: _, ...spec} = (object['spec'] ?? {}) as {metrics?: readonly CpuMetric[]; behavior?: unknown};
  const cpu = (metrics ?? []).find(({type, resource}) => type === 'Resource' && resource?.name === 'cpu');
  const target = cpu?.resource?.target?.averageUtilization;
  return {...object, spec: {...spec, ...(target === undefined ? {} : {targetCPUUtilizationPercentage: target})}};
}

function autoscalerV2(object: KubernetesObject): KubernetesObject {
  const {targetCPUUtilizationPercentage: target, ...spec} = (object['spec'] ?? {}) as {targetCPUUtilizationPercentage?: number};
  if (target === undefined) return {...object, spec};
  const cpu = {type: 'Resource', resource: {name: 'cpu', target: {type: 'Utilization', averageUtilization: target}}};
  return {...object, spec: {...spec, metrics: [cpu]}};
}
