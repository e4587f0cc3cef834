import type {LoadFlags} from '../load/index.ts';
import type {ProbeFlags} from '../probe/index.ts';

/** The declared probes of every endpoint, all of which must succeed. */
export const demoProbeFlags: Omit<ProbeFlags, 'timeout'> = {
  liveness: false,
  startup: false,
  tcp: false,
  grpc: false,
  count: 1,
  interval: 250,
  'min-ready': 'all',
  wait: true,
  'fail-fast': false,
};

/** A new connection for each request, so that each is balanced anew and shares can be seen. */
export const demoLoadFlags: Omit<LoadFlags, 'via' | 'duration'> = {
  connections: 8,
  'connection-per-request': true,
  path: '/healthz/ready',
  method: 'GET',
  tcp: false,
  udp: false,
  grpc: false,
  poisson: false,
  tls: false,
  insecure: false,
  http2: false,
  workers: 1,
  timeout: 5000,
  identify: 'auto',
  yes: false,
};
