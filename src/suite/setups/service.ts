import type {KubernetesObject} from '../../model/index.ts';

export interface ServicePortManifest {
  readonly name: string;
  readonly port: number;
  readonly targetPort?: number | string;
  readonly nodePort?: number;
}

/** A Service's manifest; `spec` is added to selector and ports. */
export function service(
  name: string,
  selector: Readonly<Record<string, string>> | null,
  ports: readonly ServicePortManifest[],
  spec: Readonly<Record<string, unknown>> = {},
): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {name, ...(selector?.['app'] === undefined ? {} : {labels: {app: selector['app']}})},
    spec: {
      ...spec,
      ...(selector === null ? {} : {selector}),
      ...(ports.length === 0 ? {} : {ports: ports.map((port) => ({protocol: 'TCP', ...port}))}),
    },
  };
}

/** An environment variable from a field of the pod (downward API). */
export function fieldVariable(name: string, fieldPath: string): object {
  return {name, valueFrom: {fieldRef: {fieldPath}}};
}
