import {KiadaError} from '../errors.ts';
import {canonicalIP} from '../ip/index.ts';
import type {KubernetesObject} from '../model/index.ts';

/** The part of a pod that decides over its resolver, with the API's defaults filled in. */
export interface PodDns {
  readonly namespace: string;
  readonly policy: DnsPolicy;
  readonly hostNetwork: boolean;
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly {readonly name: string; readonly value: string}[];
}

type DnsPolicy = (typeof POLICIES)[number];
type Json = Readonly<Record<string, unknown>>;

const POLICIES = ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'] as const;

/** Limits of the C libraries, as the API has them. */
export const MAX_NAMESERVERS = 3;
export const MAX_SEARCHES = 32;
export const MAX_SEARCH_CHARACTERS = 2048;
export const MAX_DOMAIN_CHARACTERS = 253;

const SEARCH_DOMAIN = /^_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*$/;

/** Reads a pod; throws for one that the API refuses, with the field (pkg/apis/core/validation, validatePodDNSConfig, validateDNSPolicy). */
export function readPodDns(pod: KubernetesObject): PodDns {
  const spec = record(pod['spec']);
  const config = record(spec['dnsConfig']);
  const policy = POLICIES.find((known) => known === (spec['dnsPolicy'] ?? 'ClusterFirst'));
  if (policy === undefined)
    throw refused('dnsPolicy', `unsupported value ${JSON.stringify(spec['dnsPolicy'])}, known are ${POLICIES.join(', ')}`);
  const nameservers = texts(config['nameservers']);
  if (policy === 'None' && nameservers.length === 0) {
    throw refused(spec['dnsConfig'] == null ? 'dnsConfig' : 'dnsConfig.nameservers', 'dnsPolicy None needs at least one name server');
  }
  const searches = texts(config['searches']);
  const options = list(config['options']).map((option) => ({name: text(option['name']), value: text(option['value'])}));
  checkNameservers(nameservers);
  checkSearches(searches);
  if (options.some((option) => option.name === '')) throw refused('dnsConfig.options', 'an option has no name');
  return {
    namespace: pod.metadata?.namespace ?? 'default',
    policy,
    hostNetwork: spec['hostNetwork'] === true,
    nameservers,
    searches,
    options,
  };
}

function checkNameservers(nameservers: readonly string[]): void {
  if (nameservers.length > MAX_NAMESERVERS) throw refused('dnsConfig.nameservers', `more than ${MAX_NAMESERVERS} name servers`);
  const wrong = nameservers.find((address) => canonicalIP(address) === null || address.includes('%'));
  if (wrong !== undefined) throw refused('dnsConfig.nameservers', `${JSON.stringify(wrong)} is not an IP address`);
}

function checkSearches(searches: readonly string[]): void {
  if (searches.length > MAX_SEARCHES) throw refused('dnsConfig.searches', `more than ${MAX_SEARCHES} search domains`);
  if (searches.join(' ').length > MAX_SEARCH_CHARACTERS) {
    throw refused('dnsConfig.searches', `more than ${MAX_SEARCH_CHARACTERS} characters, blanks between them counted`);
  }
  const wrong = searches.find((search) => search !== '.' && !isSearchDomain(search.replace(/\.$/, '')));
  if (wrong !== undefined) throw refused('dnsConfig.searches', `${JSON.stringify(wrong)} is not a domain name`);
}

function isSearchDomain(domain: string): boolean {
  return domain.length <= MAX_DOMAIN_CHARACTERS && SEARCH_DOMAIN.test(domain);
}

function refused(field: string, why: string): KiadaError {
  return new KiadaError('REFUSED_BY_API', `spec.${field}: ${why}`);
}

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(record) : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map((item) => (typeof item === 'string' ? item : String(item))) : [];
}
