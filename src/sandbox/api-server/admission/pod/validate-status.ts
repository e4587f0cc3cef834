import {familyOf} from '../../../../ip/index.ts';
import {type FieldError, invalid} from '../rules/field-error.ts';
import {validateIP} from '../rules/ip.ts';
import type {PodObject} from './types.ts';

interface Addresses {
  podIP?: string;
  podIPs?: {ip?: string}[];
  hostIP?: string;
  hostIPs?: {ip?: string}[];
}

/** `podIP` decides where it and the first of `podIPs` differ; where it is absent, that one is it. Upstream: pkg/apis/core/v1/conversion.go. */
export function alignPodIPs({status}: PodObject): void {
  if (status === undefined) return;
  const {podIP = '', podIPs = []} = status as Addresses;
  const first = podIPs[0]?.ip ?? '';
  if (podIP === '' && first !== '') status['podIP'] = first;
  else if (podIP !== first) status['podIPs'] = [{ip: podIP}];
}

/** The addresses of a pod and its host: valid, one of a family. What is stored already may stay. Upstream: validatePodIPs, validateHostIPs. */
export function validatePodStatus(pod: PodObject, old: PodObject): FieldError[] {
  const [now, before] = [(pod.status ?? {}) as Addresses, (old.status ?? {}) as Addresses];
  return [
    ...validateAddresses('status.podIPs', ipsOf(now.podIPs), ipsOf(before.podIPs)),
    ...matchingHostIP(now),
    ...validateAddresses('status.hostIPs', ipsOf(now.hostIPs), ipsOf(before.hostIPs)),
  ];
}

function matchingHostIP({hostIP = '', hostIPs = []}: Addresses): FieldError[] {
  const first = hostIPs[0]?.ip ?? '';
  return hostIPs.length === 0 || first === hostIP ? [] : [invalid('status.hostIPs[0].ip', first, 'must be equal to `hostIP`')];
}

function validateAddresses(field: string, ips: readonly string[], stored: readonly string[]): FieldError[] {
  const errors = ips.flatMap((ip, index) => validateIP(`${field}[${index}]`, ip, stored));
  if (errors.length > 0 || new Set(ips.map(familyOf)).size === ips.length) return errors;
  const shown = ips.map((IP) => ({IP}));
  return [invalid(field, shown, 'may specify no more than one IP for each IP family')];
}

function ipsOf(addresses: readonly {ip?: string}[] = []): string[] {
  return addresses.map(({ip = ''}) => ip);
}
