import {type FieldError, invalid, invalidFor, notSupported, required} from '../rules/field-error.ts';
import {validateIP} from '../rules/ip.ts';
import {validateAnnotations, validateLabels} from '../rules/metadata.ts';
import {dns1123Label, dns1123Subdomain, labelValue, qualifiedName} from '../rules/names.ts';
import type {Container, PodSpec, PodTemplate, Toleration} from './types.ts';
import {oneOf, validateContainers} from './validate-containers.ts';
import {validateVolumes} from './validate-volumes.ts';

/** The spec of a Pod or of a template; `field` is where it stands. Upstream: ValidatePodSpec. */
export function validatePodSpec(spec: PodSpec, field: string): FieldError[] {
  const volumes = validateVolumes(spec.volumes ?? [], `${field}.volumes`);
  return [
    ...(spec.terminationGracePeriodSeconds === undefined ? [required(`${field}.terminationGracePeriodSeconds`)] : []),
    ...volumes.errors,
    ...validateContainers(spec, volumes.names, field),
    ...(spec.hostNetwork === true ? samePorts(spec.containers ?? [], `${field}.containers`) : []),
    ...oneOf(`${field}.restartPolicy`, spec.restartPolicy ?? '', ['Always', 'OnFailure', 'Never']),
    ...oneOf(`${field}.dnsPolicy`, spec.dnsPolicy ?? '', ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']),
    ...validateLabels(spec.nodeSelector ?? {}, `${field}.nodeSelector`),
    ...validateDns(spec, field),
    ...validateReadinessGates(spec.readinessGates ?? [], `${field}.readinessGates`),
    ...validateNames(spec, field, ['serviceAccountName', 'nodeName']),
    ...validateDeadline(spec.activeDeadlineSeconds, `${field}.activeDeadlineSeconds`),
    ...validateNames(spec, field, ['hostname', 'subdomain']),
    ...(spec.tolerations ?? []).flatMap((each, index) => validateToleration(each, `${field}.tolerations[${index}]`)),
    ...validateHostAliases(spec.hostAliases ?? [], `${field}.hostAliases`),
    ...validateNames(spec, field, ['priorityClassName', 'runtimeClassName']),
  ];
}

function validateReadinessGates(gates: NonNullable<PodSpec['readinessGates']>, field: string): FieldError[] {
  return gates.flatMap(({conditionType = ''}, index) =>
    invalidFor(`${field}[${index}].conditionType`, conditionType, qualifiedName(conditionType)),
  );
}

/** On the host's network there is nothing between the port of the container and that of the host. */
function samePorts(containers: readonly Container[], field: string): FieldError[] {
  const message = 'must match `containerPort` when `hostNetwork` is true';
  return containers.flatMap(({ports = []}, index) =>
    ports.flatMap(({hostPort = 0, containerPort = 0}, at) =>
      hostPort === 0 || hostPort === containerPort ? [] : [invalid(`${field}[${index}].ports[${at}].hostPort`, hostPort, message)],
    ),
  );
}

/** A template of a workload, at `field`. */
export function validatePodTemplate({metadata = {}, spec = {}}: PodTemplate, field: string): FieldError[] {
  return [
    ...validateLabels(metadata.labels ?? {}, `${field}.labels`),
    ...validateAnnotations(metadata.annotations ?? {}, `${field}.annotations`),
    ...validatePodSpec(spec, `${field}.spec`),
  ];
}

const NAMES: Readonly<Record<string, (value: string) => string[]>> = {
  serviceAccountName: dns1123Subdomain,
  nodeName: dns1123Subdomain,
  hostname: dns1123Label,
  subdomain: dns1123Label,
  priorityClassName: dns1123Subdomain,
  runtimeClassName: dns1123Subdomain,
};

function validateNames(spec: PodSpec, field: string, names: readonly string[]): FieldError[] {
  return names.flatMap((name) => {
    const value = spec[name];
    return typeof value !== 'string' || value === '' ? [] : invalidFor(`${field}.${name}`, value, NAMES[name]?.(value) ?? []);
  });
}

const MOST_SECONDS = 2_147_483_647;

function validateDeadline(value: number | undefined, field: string): FieldError[] {
  if (value === undefined || (value >= 1 && value <= MOST_SECONDS)) return [];
  return [invalid(field, value, `must be between 1 and ${MOST_SECONDS}, inclusive`)];
}

function validateDns({dnsPolicy, dnsConfig}: PodSpec, parent: string): FieldError[] {
  const field = `${parent}.dnsConfig`;
  const {nameservers = [], searches = [], options = []} = dnsConfig ?? {};
  if (dnsPolicy === 'None' && dnsConfig === undefined) return [required(field, 'must provide `dnsConfig` when `dnsPolicy` is None')];
  if (dnsPolicy === 'None' && nameservers.length === 0) {
    return [required(`${field}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None')];
  }
  return [
    ...(nameservers.length > 3 ? [invalid(`${field}.nameservers`, nameservers, 'must not have more than 3 nameservers')] : []),
    ...nameservers.flatMap((each, index) => validateIP(`${field}.nameservers[${index}]`, each)),
    ...(searches.length > 32 ? [invalid(`${field}.searches`, searches, 'must not have more than 32 search paths')] : []),
    ...(searches.join(' ').length > 2048
      ? [invalid(`${field}.searches`, searches, 'must not have more than 2048 characters (including spaces) in the search list')]
      : []),
    ...searches.flatMap((each, index) => validateSearch(each, `${field}.searches[${index}]`)),
    ...options.flatMap(({name = ''}, index) => (name === '' ? [required(`${field}.options[${index}]`, 'must not be empty')] : [])),
  ];
}

/** A search path may have underscores, unlike other names. */
function validateSearch(search: string, field: string): FieldError[] {
  if (search === '.') return [];
  const bare = search.replace(/\.$/, '');
  const complaints = dns1123Subdomain(bare.replaceAll(/(^|\.)_/g, '$1').replaceAll('_', '-'));
  const underscored = complaints.map((each) =>
    each
      .replace("characters, '-' or '.'", "characters, '_', '-' or '.'")
      .replace(/is '.*'\)$/, "is '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')"),
  );
  return invalidFor(field, bare, underscored);
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

function validateToleration(toleration: Toleration, field: string): FieldError[] {
  const {key = '', operator = '', value = '', effect = '', tolerationSeconds} = toleration;
  const everything = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
  return [
    ...(key === '' ? [] : invalidFor(`${field}.key`, key, qualifiedName(key))),
    ...(key === '' && operator !== 'Exists' ? [invalid(`${field}.operator`, operator, everything)] : []),
    ...(tolerationSeconds !== undefined && effect !== 'NoExecute'
      ? [invalid(`${field}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set")]
      : []),
    ...validateOperator(operator, value, `${field}.operator`),
    ...(effect === '' || EFFECTS.includes(effect) ? [] : [notSupported(`${field}.effect`, effect, EFFECTS)]),
  ];
}

function validateOperator(operator: string, value: string, field: string): FieldError[] {
  if (operator === 'Equal' || operator === '') {
    const complaints = labelValue(value);
    return complaints.length === 0 ? [] : [invalid(field, value, complaints.join(';'))];
  }
  if (operator !== 'Exists') return [notSupported(field, operator, ['Equal', 'Exists'])];
  return value === '' ? [] : [invalid(field, value, "value must be empty when `operator` is 'Exists'")];
}

function validateHostAliases(aliases: NonNullable<PodSpec['hostAliases']>, field: string): FieldError[] {
  return aliases.flatMap(({ip = '', hostnames = []}, index) => [
    ...validateIP(`${field}[${index}].ip`, ip),
    ...hostnames.flatMap((name, at) => invalidFor(`${field}[${index}].hostnames[${at}]`, name, dns1123Subdomain(name))),
  ]);
}
