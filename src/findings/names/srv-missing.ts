import type {Pod, Service} from '../../model/index.ts';
import type {Facts} from '../facts.ts';
import {grouped, lazilyOf} from '../lazily.ts';
import {podVariables} from '../pod-variables.ts';
import type {Rule} from '../rule.ts';
import {lines, names, replaceInService} from '../words.ts';

interface SrvName {
  readonly pod: Pod;
  readonly variable: string;
  readonly port: string;
  readonly protocol: string;
  readonly service: string;
  /** null where the name does not say it. */
  readonly namespace: string | null;
  readonly text: string;
}

export const srvMissing: Rule = {
  code: 'KIA0616',
  name: 'SrvNameMissing',
  severity: 'warning',
  certainty: 'possible',
  summary: 'A pod is told to look up an SRV name that no port of the Service gives rise to.',
  why: 'A port has SRV records under its own name, _PORT._PROTOCOL.SERVICE, and a port without a name has none. MongoDB clients with mongodb+srv:// look for _mongodb._tcp.',
  remedy: 'Give the port that name.',
  needs: ['pods'],
  live: false,
  *check(facts, service) {
    if (service.type === 'ExternalName') return;
    const missing = srvNamesOf(facts, service).filter((asked) => !service.ports.some((port) => gives(port, asked)));
    const [first] = missing;
    if (first === undefined) return;
    const [only, ...more] = service.ports;
    const unnamed = more.length === 0 && only?.name === '';
    const ports = service.ports.map((port) => `${port.name === '' ? 'unnamed' : port.name}/${port.protocol}`);
    yield {
      message: `_${first.port}._${first.protocol}.${service.name} does not exist: no port has the name "${first.port}"`,
      evidence: lines([
        ...missing.map(({pod, variable, text}) => `pod ${pod.name}: ${variable} names ${text}`),
        `its ports: ${names(ports)}`,
      ]),
      field: 'spec.ports',
      remedy: unnamed
        ? replaceInService(service, '/spec/ports/0/name', first.port)
        : `name the port "${first.port}", or let the client ask for one that exists`,
    };
  },
};

function gives(port: Service['ports'][number], asked: SrvName): boolean {
  return port.name === asked.port && port.protocol.toLowerCase() === asked.protocol;
}

function srvNamesOf(facts: Facts, {name, namespace}: Service): readonly SrvName[] {
  return (srvNames(facts).get(name) ?? []).filter((asked) => (asked.namespace ?? asked.pod.namespace) === namespace);
}

/** The SRV names that pods are told, by the Service's name. */
const srvNames = lazilyOf((facts: Facts) => grouped([...facts.view.pods.values()].flatMap(srvNamesIn), ({service}) => service));

const SRV = /_([a-z0-9-]+)\._(tcp|udp|sctp)\.([a-z0-9-]+(?:\.[a-z0-9-]+)*)/;
const MONGO = /^mongodb\+srv:\/\/(?:[^@/]*@)?([a-z0-9-]+(?:\.[a-z0-9-]+)*)/;

function srvNamesIn(pod: Pod): readonly SrvName[] {
  return podVariables(pod).flatMap(({name, value}) => {
    const [, port, protocol, place] = SRV.exec(value) ?? [];
    const found =
      port !== undefined ? {port, protocol: protocol ?? '', place} : {port: 'mongodb', protocol: 'tcp', place: MONGO.exec(value)?.[1]};
    const [service, namespace, svc] = found.place?.split('.') ?? [];
    // db, db.shop, db.shop.svc and below: anything else is a name outside the cluster
    if (service === undefined || (svc !== undefined && svc !== 'svc')) return [];
    const text = `_${found.port}._${found.protocol}.${found.place ?? ''}`;
    return [{pod, variable: name, port: found.port, protocol: found.protocol, service, namespace: namespace ?? null, text}];
  });
}
