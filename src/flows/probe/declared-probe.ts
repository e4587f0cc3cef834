import type {Pod} from '../../model/index.ts';
import type {NamedPort, ProbeSpec} from '../../probe/index.ts';

export type ProbeRoleName = 'readinessProbe' | 'livenessProbe' | 'startupProbe';

/** A probe as a container declares it, with what executing it needs. */
export interface DeclaredProbe {
  readonly spec: ProbeSpec;
  readonly container: string | null;
  readonly ports: readonly NamedPort[];
  /** Whether the container declares it; else it is a plain TCP connect to the endpoint's port. */
  readonly declared: boolean;
  /** Why there is one that is not declared, where that is not for want of any. */
  readonly because?: string;
}

interface ContainerSpec {
  readonly name: string;
  readonly ports?: readonly NamedPort[];
  readonly readinessProbe?: ProbeSpec;
  readonly livenessProbe?: ProbeSpec;
  readonly startupProbe?: ProbeSpec;
}

/**
 * The probes of a pod's containers of that role: a pod is ready only when each of them is. Without any, a TCP connect to the port
 * (null: the first that a container declares).
 */
export function declaredProbes(pod: Pod, role: ProbeRoleName, port: number | null): readonly DeclaredProbe[] {
  const spec = pod.object['spec'] as {containers?: readonly ContainerSpec[]} | undefined;
  const containers = spec?.containers ?? [];
  const declared = containers.flatMap((container) => {
    const probe = container[role];
    return probe === undefined ? [] : [{spec: probe, container: container.name, ports: container.ports ?? [], declared: true}];
  });
  if (declared.length > 0) return declared;
  const fallback = port ?? containers.flatMap((container) => container.ports ?? [])[0]?.containerPort ?? null;
  return fallback === null ? [] : [{spec: {tcpSocket: {port: fallback}, timeoutSeconds: 2}, container: null, ports: [], declared: false}];
}
