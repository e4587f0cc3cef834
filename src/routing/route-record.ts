import type {IpFamily, Path, Protocol, Route} from '../model/index.ts';
import {type Origin, sourceOf} from './vantage.ts';

/** What a route needs to know of the port it leads to. */
export interface RoutePort {
  readonly namespace: string;
  readonly serviceName: string;
  readonly name: string | null;
  readonly port: number | null;
  readonly protocol: Protocol | null;
  readonly family: IpFamily | null;
}

/** A route with everything but its outcome: not reached yet, no endpoint. */
export function baseRoute(origin: Origin, port: RoutePort, via: Path): Route {
  const ip = port.family === null ? (origin.ips[0] ?? null) : sourceOf(origin, port.family);
  return {
    service: {namespace: port.namespace, name: port.serviceName},
    from: {...origin.source, ip},
    via,
    address: null,
    port: port.port,
    portName: port.name === '' ? null : port.name,
    protocol: port.protocol,
    ipFamily: port.family,
    entryNode: null,
    verdict: 'unreachable',
    reason: '',
    trafficPolicy: null,
    affinity: null,
    masquerade: false,
    sourceSeen: null,
    endpoints: [],
    excluded: [],
    steps: [],
  };
}

/** A route that leads nowhere, with the reason. */
export function deadEnd(origin: Origin, port: RoutePort, via: Path, reason: string, rest: Partial<Route> = {}): Route {
  return {...baseRoute(origin, port, via), reason, ...rest};
}
