import type {Api} from '../../api.ts';
import type {ContainerSpec, EnvFromSource, EnvVar, KeyRef, PodObject} from '../pod/pod-object.ts';
import {fieldValue, type PodPlace, resourceValue} from './downward.ts';
import {expandReferences} from './expand.ts';
import {Variables} from './variables.ts';

/** Why a container cannot be created yet: `CreateContainerConfigError` with this message. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConfigError';
  }
}

export interface EnvironmentInput {
  readonly api: Api;
  readonly pod: PodObject;
  readonly container: ContainerSpec;
  readonly place: PodPlace;
  /** What the Services of the namespace give, and `KUBERNETES_*`. */
  readonly serviceVariables: ReadonlyMap<string, string>;
}

/**
 * A container's variables as the pod spells them: `envFrom`, then `env`, then the Services' as far as no name is taken.
 * References see what stands before them, and the Services'. Source: kubernetes `pkg/kubelet/kubelet_pods.go` (makeEnvironmentVariables).
 */
export function containerEnvironment(input: EnvironmentInput): Variables {
  const result = new Map<string, string>();
  for (const source of input.container.envFrom ?? []) {
    for (const [key, value] of valuesFrom(source, input)) result.set(`${source.prefix ?? ''}${key}`, value);
  }
  for (const variable of input.container.env ?? []) {
    const value = variableValue(variable, input, (name) => result.get(name) ?? input.serviceVariables.get(name));
    if (value !== null) result.set(variable.name, value);
  }
  return new Variables(result, input.serviceVariables);
}

function variableValue(variable: EnvVar, input: EnvironmentInput, lookUp: (name: string) => string | undefined): string | null {
  const {valueFrom} = variable;
  if (!valueFrom) return expandReferences(variable.value ?? '', lookUp);
  if (valueFrom.fieldRef) return fieldValue(valueFrom.fieldRef, input.pod, input.place);
  if (valueFrom.resourceFieldRef) {
    const name = valueFrom.resourceFieldRef.containerName;
    const all = [...(input.pod.spec.initContainers ?? []), ...input.pod.spec.containers];
    return resourceValue(valueFrom.resourceFieldRef, all.find((each) => each.name === name) ?? input.container, input.place);
  }
  if (valueFrom.configMapKeyRef) return keyValue(valueFrom.configMapKeyRef, 'configmaps', input);
  return valueFrom.secretKeyRef ? keyValue(valueFrom.secretKeyRef, 'secrets', input) : null;
}

type Holder = 'configmaps' | 'secrets';

const NAMES = {configmaps: {singular: 'configmap', kind: 'ConfigMap'}, secrets: {singular: 'secret', kind: 'Secret'}} as const;

function keyValue(ref: KeyRef, resource: Holder, input: EnvironmentInput): string | null {
  const data = readData(input.api, resource, input.pod.metadata.namespace, ref.name);
  if (!data) {
    if (ref.optional) return null;
    throw new ConfigError(`${NAMES[resource].singular} "${ref.name}" not found`);
  }
  const value = data.get(ref.key);
  if (value) return Buffer.from(value).toString('utf8');
  if (ref.optional) return null;
  throw new ConfigError(`couldn't find key ${ref.key} in ${NAMES[resource].kind} ${input.pod.metadata.namespace}/${ref.name}`);
}

function valuesFrom(source: EnvFromSource, input: EnvironmentInput): readonly (readonly [string, string])[] {
  const resource: Holder = source.configMapRef ? 'configmaps' : 'secrets';
  const ref = source.configMapRef ?? source.secretRef;
  if (!ref) return [];
  const data = readData(input.api, resource, input.pod.metadata.namespace, ref.name);
  if (data) return [...data].map(([key, value]) => [key, Buffer.from(value).toString('utf8')] as const);
  if (ref.optional) return [];
  throw new ConfigError(`${NAMES[resource].singular} "${ref.name}" not found`);
}

/** The keys of a ConfigMap or Secret with their bytes, sorted; null where there is none. */
export function readData(api: Api, resource: Holder, namespace: string, name: string): Map<string, Uint8Array> | null {
  const object = api.get(resource, namespace, name);
  if (!object) return null;
  const plain = resource === 'configmaps' ? 'utf8' : 'base64';
  const entries = [
    ...Object.entries((object['data'] ?? {}) as Record<string, string>).map(([key, value]) => [key, Buffer.from(value, plain)] as const),
    ...Object.entries((object['binaryData'] ?? {}) as Record<string, string>).map(
      ([key, value]) => [key, Buffer.from(value, 'base64')] as const,
    ),
  ];
  return new Map(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
