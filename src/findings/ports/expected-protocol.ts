import type {ServicePort, Spoken} from '../../model/index.ts';

export interface ExpectedProtocol {
  /** As the Service says it: `http`, `kubernetes.io/h2c`. */
  readonly said: string;
  /** What the server may turn out to speak for that. */
  readonly allowed: readonly Spoken[];
}

const EXPECTED: Readonly<Record<string, readonly Spoken[]>> = {
  http: ['http', 'http2'],
  'kubernetes.io/ws': ['http'],
  https: ['tls'],
  tls: ['tls'],
  'kubernetes.io/wss': ['tls'],
  http2: ['http2', 'tls'],
  grpc: ['http2', 'tls'],
  h2c: ['http2'],
  'kubernetes.io/h2c': ['http2'],
};

/** What a port's appProtocol, else the beginning of its name, tells clients to speak; null where it says nothing about that. */
export function expectedProtocol(port: Pick<ServicePort, 'name' | 'appProtocol'>): ExpectedProtocol | null {
  const said = port.appProtocol?.toLowerCase() ?? port.name.split('-')[0] ?? '';
  const allowed = EXPECTED[said];
  return allowed === undefined ? null : {said, allowed};
}
