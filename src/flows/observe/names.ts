import tls from 'node:tls';
import type {CertificateObservation, DnsAnswer, DnsObservation, Service} from '../../model/index.ts';
import {type DnsServerPlace, dnsServersOf} from '../dns-server.ts';
import type {Place} from './place.ts';

const LOOKUPS = 4;
/** Three times as long as a resolver waits before it asks again: what is lost is asked for again after that time, as by a resolver. */
const DNS_TIMEOUT_MS = 15_000;

/** The Service's name, asked of each server of the cluster's DNS a few times at once. */
export async function observeDns(place: Place, service: Service): Promise<readonly DnsObservation[]> {
  if (service.type === 'ExternalName') return [];
  const servers = await dnsServers(place);
  const name = `${service.name}.${service.namespace}.svc.${place.view.options.clusterDomain}`;
  if (servers.length === 0) {
    place.note({what: `DNS, for ${name}`, why: 'the DNS of the cluster has no ready pod that can be asked from here'});
    return [];
  }
  return (await Promise.all(servers.map((server) => observeServer(place, service, server, name)))).flat();
}

async function observeServer(place: Place, service: Service, server: DnsServerPlace, name: string): Promise<readonly DnsObservation[]> {
  const type = service.ipFamilies[0] === 'IPv6' ? 'AAAA' : 'A';
  try {
    const answers = await Promise.all(Array.from({length: LOOKUPS}, () => lookup(server, name, type)));
    const records = (answers[0]?.answer.answer ?? []).filter((record) => record.type === type);
    return [
      {
        kind: 'dns',
        service: {namespace: service.namespace, name: service.name},
        from: `this machine, by ${server.label}`,
        name,
        addresses: records.map((record) => record.data).toSorted(),
        ready: await readyAddresses(place, service),
        ttl: records[0]?.ttl ?? null,
        durationsMs: answers.map(({durationMs}) => durationMs),
      },
    ];
  } catch (error) {
    place.note({what: `DNS, for ${name}`, why: (error as Error).message});
    return [];
  }
}

async function readyAddresses(place: Place, service: Service): Promise<readonly string[]> {
  const [{viewOf}, {endpointStatuses}] = await Promise.all([import('../../routing/index.ts'), import('../../endpoints/index.ts')]);
  const labelSelector = `kubernetes.io/service-name=${service.name}`;
  const {objects} = await place.source.read([
    {resource: 'services', namespace: service.namespace, name: service.name},
    {resource: 'endpointslices', namespace: service.namespace, labelSelector, optional: true},
  ]);
  const ready = endpointStatuses(viewOf(objects), service).filter((endpoint) => endpoint.ready);
  return [...new Set(ready.map((endpoint) => endpoint.address))].toSorted();
}

/** In a real cluster the DNS is a pod behind a port-forward: its namespace is read for that. */
async function dnsServers(place: Place): Promise<readonly DnsServerPlace[]> {
  if (place.reach.sandbox !== null) return dnsServersOf(place.source, place.view, undefined);
  const {viewOf} = await import('../../routing/index.ts');
  const namespace = 'kube-system';
  const {objects} = await place.source.read([
    {resource: 'services', namespace, optional: true},
    {resource: 'endpointslices', namespace, optional: true},
    {resource: 'pods', namespace, optional: true},
  ]);
  return dnsServersOf(place.source, viewOf(objects), undefined);
}

async function lookup(
  server: DnsServerPlace,
  name: string,
  type: string,
): Promise<{readonly answer: DnsAnswer; readonly durationMs: number}> {
  const {queryDns} = await import('../../vantage/index.ts');
  const {dial} = server;
  const started = performance.now();
  const way = dial === null ? ({transport: 'udp'} as const) : ({transport: 'tcp', dial} as const);
  const answer = await queryDns({server, name, type, timeoutMs: DNS_TIMEOUT_MS, ...way});
  return {answer, durationMs: Math.round((performance.now() - started) * 10) / 10};
}

/** The certificate behind an ExternalName, asked for under the name that clients call, from this machine. */
export async function observeCertificates(place: Place, service: Service): Promise<readonly CertificateObservation[]> {
  const {expectedProtocol} = await import('../../findings/index.ts');
  const target = service.externalName?.replace(/\.$/, '') ?? '';
  const secure = service.ports.filter((port) => port.port === 443 || expectedProtocol(port)?.allowed.includes('tls'));
  if (service.type !== 'ExternalName' || target === '' || secure.length === 0) return [];
  const called = [service.name, `${service.name}.${service.namespace}`, `${service.name}.${service.namespace}.svc`];
  const asked = secure.map(async ({port}): Promise<readonly CertificateObservation[]> => {
    const certificate = await certificateAt(target, port, called[0] ?? '', place.timeoutMs);
    if (certificate === null) {
      place.note({what: `the certificate of ${target}:${port}`, why: 'no TLS connection from this machine came about'});
      return [];
    }
    return [
      {
        kind: 'certificate',
        service: {namespace: service.namespace, name: service.name},
        from: 'this machine',
        address: target,
        dialed: port,
        holds: called.some((name) => tls.checkServerIdentity(name, certificate) === undefined),
        names: namesOf(certificate),
      },
    ];
  });
  return (await Promise.all(asked)).flat();
}

function certificateAt(host: string, port: number, servername: string, timeoutMs: number): Promise<tls.PeerCertificate | null> {
  return new Promise((resolve) => {
    const socket = tls.connect({host, port, servername, rejectUnauthorized: false});
    const finish = (certificate: tls.PeerCertificate | null) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(certificate);
    };
    const timer = setTimeout(() => finish(null), timeoutMs);
    socket.once('secureConnect', () => finish(socket.getPeerCertificate()));
    socket.on('error', () => finish(null));
  });
}

function namesOf(certificate: tls.PeerCertificate): readonly string[] {
  const names = (certificate.subjectaltname ?? '').split(', ').flatMap((entry) => /^(?:DNS|IP Address):(.+)$/.exec(entry)?.[1] ?? []);
  const common = certificate.subject?.CN;
  return names.length > 0 ? names : [common].flat().flatMap((name) => name ?? []);
}
