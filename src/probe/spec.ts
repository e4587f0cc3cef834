/** A probe as the API has it after defaulting (`Probe` of core/v1). Durations are seconds. */
export interface ProbeSpec {
  readonly httpGet?: HttpGetAction;
  readonly tcpSocket?: TcpSocketAction;
  readonly exec?: {readonly command?: readonly string[]};
  readonly grpc?: {readonly port: number; readonly service?: string | null};
  readonly initialDelaySeconds?: number;
  readonly timeoutSeconds?: number;
  readonly periodSeconds?: number;
  readonly successThreshold?: number;
  readonly failureThreshold?: number;
  readonly terminationGracePeriodSeconds?: number;
}

export interface HttpGetAction {
  readonly path?: string;
  /** A number, or the name of a port of the container. */
  readonly port: number | string;
  readonly host?: string;
  readonly scheme?: string;
  readonly httpHeaders?: readonly {readonly name: string; readonly value: string}[];
}

export interface TcpSocketAction {
  readonly port: number | string;
  readonly host?: string;
}

export type ProbeKind = 'httpGet' | 'tcpSocket' | 'exec' | 'grpc';

/** Which handler a probe names; null for none (the API refuses such a probe). */
export function probeKind(spec: ProbeSpec): ProbeKind | null {
  if (spec.exec) return 'exec';
  if (spec.httpGet) return 'httpGet';
  if (spec.tcpSocket) return 'tcpSocket';
  return spec.grpc ? 'grpc' : null;
}

/** A container's declared ports, for probes that name one. */
export interface NamedPort {
  readonly name?: string;
  readonly containerPort: number;
}

/** A port by number, by digits, or by name; null where the container declares no such name. Source: kubernetes `pkg/probe/util.go`. */
export function resolvePort(port: number | string, ports: readonly NamedPort[]): number | null {
  const number = typeof port === 'number' || /^\d+$/.test(port) ? Number(port) : ports.find(({name}) => name === port)?.containerPort;
  return number !== undefined && number > 0 && number < 65_536 ? number : null;
}
