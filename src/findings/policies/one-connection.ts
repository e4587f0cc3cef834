import type {Rule} from '../rule.ts';
import {portName} from '../words.ts';

const MANY_REQUESTS = new Set(['grpc', 'h2c', 'http2', 'kubernetes.io/h2c']);

export const oneConnection: Rule = {
  code: 'KIA0514',
  name: 'RequestsShareConnections',
  severity: 'info',
  certainty: 'possible',
  advice: true,
  summary: 'gRPC and HTTP/2 send many requests over one connection, which goes to one pod.',
  why: 'A Service balances connections, not requests. A client that keeps one connection open uses one pod, and new pods stay idle.',
  remedy: 'Use a headless Service with balancing in the client, a mesh, or limit the age of connections in the server.',
  needs: [],
  live: false,
  *check(_, service) {
    if (service.headless || service.type === 'ExternalName') return;
    const port = service.ports.find((own) => MANY_REQUESTS.has(own.appProtocol ?? '') || MANY_REQUESTS.has(own.name.split('-')[0] ?? ''));
    if (port === undefined) return;
    yield {
      message: `port ${portName(port)} carries many requests on one connection: each client uses one pod for as long as it stays connected`,
      field: 'spec.ports',
      remedy: `see the shares: kiada load svc/${service.name} -n ${service.namespace} --http2`,
    };
  },
};
