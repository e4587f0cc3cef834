import type {KubernetesObject} from '../../../model/index.ts';
import {notFound} from '../errors.ts';
import {checkName, placeInNamespace} from './create-update.ts';
import {decodeObject} from './decode-object.ts';
import type {ResourceExchange} from './exchange.ts';
import {addWarnings, sendObject} from './respond.ts';
import {parseWriteParameters} from './write-options.ts';

const SCALE = {group: 'autoscaling', version: 'v1', kind: 'Scale'};

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {readonly key: string; readonly operator: string; readonly values?: readonly string[]}[];
}

/** `GET` and `PUT` of the subresource scale. */
export async function getOrReplaceScale(exchange: ResourceExchange): Promise<void> {
  const {target, parts, response, method} = exchange;
  const {resource, namespace, name} = target;
  const stored = parts.api.get(resource.plural, namespace, name);
  if (stored === null) throw notFound(resource, name);
  if (method === 'GET') return sendObject(response, 200, scaleOf(stored));
  const parameters = parseWriteParameters(exchange, 'UpdateOptions');
  const {object, warnings} = await decodeObject(exchange, SCALE, parameters.fieldValidation);
  const scale = placeInNamespace(checkName(object, name), target);
  const written = parts.api.write('update', resource.plural, fromScale(scale, stored), {...parameters, subresource: 'scale'});
  addWarnings(response, [...warnings, ...written.warnings]);
  await sendObject(response, 200, scaleOf(written.object));
}

/** The Scale of a Deployment, ReplicaSet, StatefulSet or ReplicationController. */
export function scaleOf(object: KubernetesObject): KubernetesObject {
  const {name, namespace, uid, resourceVersion, creationTimestamp} = object.metadata ?? {};
  const spec = (object['spec'] ?? {}) as {replicas?: number; selector?: Selector | Readonly<Record<string, string>>};
  const status = (object['status'] ?? {}) as {replicas?: number};
  const selector = selectorText(
    object.kind === 'ReplicationController' ? {matchLabels: spec.selector as Record<string, string>} : (spec.selector as Selector),
  );
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {name, namespace, uid, resourceVersion, creationTimestamp} as NonNullable<KubernetesObject['metadata']>,
    spec: spec.replicas === undefined || spec.replicas === 0 ? {} : {replicas: spec.replicas},
    status: {replicas: status.replicas ?? 0, ...(selector === '' ? {} : {selector})},
  };
}

/** A Scale's wish on its way to its object. */
export function fromScale(scale: KubernetesObject, stored: KubernetesObject): KubernetesObject {
  const {resourceVersion, uid} = scale.metadata ?? {};
  return {
    ...stored,
    metadata: {...stored.metadata, ...(resourceVersion === undefined ? {} : {resourceVersion}), ...(uid === undefined ? {} : {uid})},
    spec: {replicas: (scale['spec'] as {replicas?: number} | undefined)?.replicas ?? 0},
  };
}

/** A label selector as text: `app=quote,tier in (a,b)`. Keys are sorted. */
export function selectorText({matchLabels = {}, matchExpressions = []}: Selector = {}): string {
  const equal = Object.keys(matchLabels)
    .sort()
    .map((key) => `${key}=${matchLabels[key]}`);
  const sets = matchExpressions.map(({key, operator, values = []}) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${[...values].sort().join(',')})`;
  });
  return [...equal, ...sets].join(',');
}
