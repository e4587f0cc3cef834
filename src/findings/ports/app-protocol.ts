import type {Rule} from '../rule.ts';
import {portName, replaceInService} from '../words.ts';
import {portField} from './resolve.ts';

/** What Kubernetes defines, under its own prefix (KEP-3726). */
const KUBERNETES = new Set(['h2c', 'ws', 'wss']);

export const appProtocolPrefix: Rule = {
  code: 'KIA0308',
  name: 'AppProtocolLacksPrefix',
  severity: 'warning',
  certainty: 'possible',
  summary: 'appProtocol has a name that Kubernetes defines only with the prefix kubernetes.io/.',
  why: 'Names without prefix are those that IANA registers, and h2c, ws and wss are not among them. Gateways that read the field then fall back to plain HTTP/1.1.',
  remedy: 'Write kubernetes.io/h2c, kubernetes.io/ws or kubernetes.io/wss.',
  needs: [],
  live: false,
  *check(_, service) {
    for (const port of service.ports) {
      if (!KUBERNETES.has(port.appProtocol ?? '')) continue;
      yield {
        message: `port ${portName(port)}: appProtocol ${port.appProtocol} is no registered name; kubernetes.io/${port.appProtocol} is`,
        field: `${portField(service, port)}.appProtocol`,
        remedy: replaceInService(service, `/spec/ports/${service.ports.indexOf(port)}/appProtocol`, `kubernetes.io/${port.appProtocol}`),
      };
    }
  },
};

/** Families of names that mean one protocol. */
const SAME: readonly (readonly string[])[] = [
  ['http', 'kubernetes.io/ws'],
  ['https', 'kubernetes.io/wss', 'tls'],
  ['http2', 'grpc', 'h2c', 'kubernetes.io/h2c'],
  ['tcp', 'mongo', 'mysql', 'redis', 'postgresql'],
];

export const appProtocolContradicts: Rule = {
  code: 'KIA0309',
  name: 'AppProtocolContradictsName',
  severity: 'info',
  certainty: 'possible',
  summary: "A port's name and its appProtocol tell two protocols.",
  why: 'Meshes read the protocol from appProtocol, and from the beginning of the name where that is missing. People read the name.',
  remedy: 'Let both say the same.',
  needs: [],
  live: false,
  *check(_, service) {
    for (const port of service.ports) {
      const named = SAME.findIndex((names) => names.includes(port.name.split('-')[0] ?? ''));
      const stated = SAME.findIndex((names) => names.includes(port.appProtocol?.toLowerCase() ?? ''));
      if (named < 0 || stated < 0 || named === stated) continue;
      yield {
        message: `port ${portName(port)} has appProtocol ${port.appProtocol}, which its name contradicts`,
        field: `${portField(service, port)}.appProtocol`,
        remedy: `rename the port, or correct appProtocol: ${replaceInService(service, `/spec/ports/${service.ports.indexOf(port)}/appProtocol`, port.name.split('-')[0])}`,
      };
    }
  },
};
