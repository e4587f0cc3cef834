import {canonicalIP} from '../../ip/index.ts';
import type {Service} from '../../model/index.ts';
import {proxiesOf} from '../access/backends.ts';
import type {Facts} from '../facts.ts';
import type {Rule} from '../rule.ts';
import {names, patchService, portName} from '../words.ts';

export const externalNamePorts: Rule = {
  code: 'KIA0602',
  name: 'ExternalNamePortsIgnored',
  severity: 'warning',
  certainty: 'proven',
  summary: 'An ExternalName Service maps a port to another, which nothing does.',
  why: 'Such a Service is an alias in DNS and no more. Clients connect to the other host themselves, with the port that they ask for.',
  remedy: 'Let clients use the right port, or make a Service without selector with an EndpointSlice.',
  needs: [],
  live: false,
  *check(_, service) {
    if (service.type !== 'ExternalName') return;
    const mapped = service.ports.filter((port) => port.targetPort !== port.port);
    if (mapped.length === 0) return;
    yield {
      message: `port ${names(mapped.map(portName))} is not mapped to ${names(mapped.map((port) => String(port.targetPort)))}: an alias has no ports`,
      evidence: [`clients connect to ${service.externalName} at the port that they ask for`],
      field: 'spec.ports',
      remedy: `tell clients to use port ${mapped[0]?.targetPort}, and remove spec.ports`,
    };
  },
};

export const externalNameHost: Rule = {
  code: 'KIA0603',
  name: 'ExternalNameKeepsHost',
  severity: 'warning',
  certainty: 'possible',
  summary: 'HTTP clients of an ExternalName Service ask the other host for a name that it may not know.',
  why: 'The alias changes the address, not the Host header or the TLS server name: the other side is asked for the name of the Service, and may answer 404 or with a certificate for another name.',
  remedy: 'Use the real name in the client, or let a proxy rewrite Host and server name.',
  needs: [],
  live: false,
  *check(facts, service) {
    if (service.type !== 'ExternalName' || isAddress(service)) return;
    const web = service.ports.filter((port) => [80, 443].includes(port.port) || /^https?\b/.test(port.name));
    const proxies = proxiesOf(facts, service);
    if (web.length === 0 && proxies.length === 0) return;
    yield {
      message: `HTTP clients will ask ${service.externalName} for the host "${service.name}"`,
      evidence: proxies.length > 0 ? [`${names(proxies)} sends to it`] : [`spec.ports has ${names(web.map(portName))}`],
      field: 'spec.externalName',
      remedy: `call ${service.externalName} by its own name, or rewrite the Host header in a proxy`,
    };
  },
};

export const externalNameInside: Rule = {
  code: 'KIA0604',
  name: 'ExternalNameOfMissingService',
  severity: 'error',
  certainty: 'proven',
  summary: 'externalName is a name of the cluster that belongs to no Service, or to this one.',
  why: 'A name below the domain of the cluster is answered from the Services that exist. There is none of that name, so that the alias leads nowhere.',
  remedy: 'Correct the name or the namespace in it.',
  needs: [],
  live: false,
  *check(facts, service) {
    const target = clusterTarget(facts, service);
    if (target === null) return;
    const here = facts.servicesIn(target.namespace).map((known) => known.name);
    const self = target.name === service.name && target.namespace === service.namespace;
    // nothing is known of a namespace none of whose Services were read
    if (!self && (here.length === 0 || here.includes(target.name))) return;
    yield {
      message: self
        ? `externalName ${service.externalName} is the Service itself`
        : `externalName ${service.externalName}: there is no Service ${target.name} in namespace ${target.namespace}`,
      evidence: self ? [] : [`namespace ${target.namespace} has: ${names(here)}`],
      field: 'spec.externalName',
      remedy: patchService(service, {
        spec: {externalName: `NAME.${target.namespace}.svc.${facts.view.options.clusterDomain.replace(/\.$/, '')}`},
      }),
    };
  },
};

export const externalNameShort: Rule = {
  code: 'KIA0605',
  name: 'ExternalNameWithoutDomain',
  severity: 'warning',
  certainty: 'possible',
  summary: 'externalName is a single word, which no search list completes.',
  why: 'The target of an alias is a full name: search domains of pods are not added to it. A word without a dot is asked of the root of DNS, which does not know it.',
  remedy: 'Write the full name, such as NAME.NAMESPACE.svc.cluster.local.',
  needs: [],
  live: false,
  *check(facts, service) {
    const name = service.externalName?.replace(/\.$/, '') ?? '';
    if (service.type !== 'ExternalName' || name === '' || name.includes('.') || isAddress(service)) return;
    const near = facts.view.services.has(`${service.namespace}/${name}`);
    const full = `${name}.${service.namespace}.svc.${facts.view.options.clusterDomain.replace(/\.$/, '')}`;
    yield {
      message: `externalName "${name}" has no domain: DNS looks for it as a top-level name`,
      ...(near ? {evidence: [`there is a Service ${name} in the namespace; its full name is ${full}`]} : {}),
      field: 'spec.externalName',
      remedy: patchService(service, {spec: {externalName: near ? full : `${name}.DOMAIN`}}),
    };
  },
};

function isAddress(service: Service): boolean {
  return canonicalIP(service.externalName?.replace(/\.$/, '') ?? '') !== null;
}

/** The Service of the cluster that an alias leads to; null for a name outside. */
function clusterTarget(facts: Facts, service: Service): {readonly namespace: string; readonly name: string} | null {
  if (service.type !== 'ExternalName') return null;
  const name = `${service.externalName?.replace(/\.$/, '').toLowerCase() ?? ''}.`;
  const suffix = `.svc.${facts.view.options.clusterDomain}`;
  if (!name.endsWith(suffix)) return null;
  const labels = name.slice(0, -suffix.length).split('.');
  const [target, namespace] = labels.slice(-2);
  return labels.length < 2 || target === undefined || namespace === undefined ? null : {namespace, name: target};
}
