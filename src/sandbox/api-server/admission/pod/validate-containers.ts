import {duplicate, type FieldError, forbidden, invalid, invalidFor, notFound, notSupported, required} from '../rules/field-error.ts';
import {dns1123Label, portName, portNumber} from '../rules/names.ts';
import {validateProtocol} from '../service/validate-ports.ts';
import type {Container, ContainerPort, PodSpec, VolumeMount} from './types.ts';
import {validateEnv} from './validate-env.ts';
import {validateProbes} from './validate-handlers.ts';
import {validateResources} from './validate-resources.ts';
import {validateRelativePath} from './validate-volumes.ts';

/** Ordinary, init and ephemeral containers; `volumes` are the names that mounts may refer to. */
export function validateContainers(spec: PodSpec, volumes: ReadonlySet<string>, field: string): FieldError[] {
  const {containers = [], terminationGracePeriodSeconds: grace = 0} = spec;
  if (containers.length === 0) return [required(`${field}.containers`), ...validateInit(spec, volumes, field)];
  const names = new Set<string>();
  const errors = containers.flatMap((container, index) => {
    const place = `${field}.containers[${index}]`;
    return [
      ...validateContainer(container, volumes, place),
      ...unique(container, names, place),
      ...validateProbes(container, place, grace),
    ];
  });
  return [...errors, ...hostPortConflicts(containers, `${field}.containers`), ...validateInit(spec, volumes, field)];
}

function validateInit(spec: PodSpec, volumes: ReadonlySet<string>, field: string): FieldError[] {
  const names = new Set((spec.containers ?? []).map(({name = ''}) => name));
  const grace = spec.terminationGracePeriodSeconds ?? 0;
  return (spec.initContainers ?? []).flatMap((container, index) => {
    const place = `${field}.initContainers[${index}]`;
    return [
      ...validateContainer(container, volumes, place),
      ...unique(container, names, place),
      ...(container.restartPolicy === 'Always' ? validateProbes(container, place, grace) : noProbes(container, place)),
    ];
  });
}

const ONLY_SIDECARS = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;

function noProbes(container: Container, field: string): FieldError[] {
  const set = ONLY_SIDECARS.filter((name) => container[name] !== undefined);
  return set.map((name) => forbidden(`${field}.${name}`, 'may not be set for init containers without restartPolicy=Always'));
}

function unique({name = ''}: Container, names: Set<string>, field: string): FieldError[] {
  if (names.has(name)) return [duplicate(`${field}.name`, name)];
  names.add(name);
  return [];
}

function validateContainer(container: Container, volumes: ReadonlySet<string>, field: string): FieldError[] {
  const {name = '', image = '', terminationMessagePolicy = '', imagePullPolicy = ''} = container;
  return [
    ...(name === '' ? [required(`${field}.name`)] : invalidFor(`${field}.name`, name, dns1123Label(name))),
    ...(image === '' ? [required(`${field}.image`)] : []),
    ...oneOf(`${field}.terminationMessagePolicy`, terminationMessagePolicy, ['File', 'FallbackToLogsOnError']),
    ...validateContainerPorts(container.ports ?? [], `${field}.ports`),
    ...validateEnv(container, field),
    ...validateMounts(container.volumeMounts ?? [], volumes, `${field}.volumeMounts`),
    ...oneOf(`${field}.imagePullPolicy`, imagePullPolicy, ['Always', 'IfNotPresent', 'Never']),
    ...validateResources(container.resources ?? {}, `${field}.resources`),
  ];
}

/** A value of a closed list that defaults have filled in. */
export function oneOf(field: string, value: string, supported: readonly string[]): FieldError[] {
  if (value === '') return [required(field)];
  return supported.includes(value) ? [] : [notSupported(field, value, supported)];
}

function validateContainerPorts(ports: readonly ContainerPort[], field: string): FieldError[] {
  const names = new Set<string>();
  return ports.flatMap(({name = '', containerPort = 0, hostPort = 0, protocol}, index) => {
    const place = `${field}[${index}]`;
    return [
      ...(name === '' ? [] : validatePortName(name, names, `${place}.name`)),
      ...(containerPort === 0
        ? [required(`${place}.containerPort`)]
        : invalidFor(`${place}.containerPort`, containerPort, portNumber(containerPort))),
      ...(hostPort === 0 ? [] : invalidFor(`${place}.hostPort`, hostPort, portNumber(hostPort))),
      ...validateProtocol(protocol, `${place}.protocol`),
    ];
  });
}

function validatePortName(name: string, names: Set<string>, field: string): FieldError[] {
  const complaints = portName(name);
  if (complaints.length > 0) return invalidFor(field, name, complaints);
  if (names.has(name)) return [duplicate(field, name)];
  names.add(name);
  return [];
}

/** Two containers of a Pod cannot listen on one port of the host. */
function hostPortConflicts(containers: readonly Container[], field: string): FieldError[] {
  const seen = new Set<string>();
  return containers.flatMap(({ports = []}, index) =>
    ports.flatMap(({hostPort = 0, protocol = '', ...port}, at) => {
      if (hostPort === 0) return [];
      const key = `${protocol}/${String((port as {hostIP?: string}).hostIP ?? '')}/${hostPort}`;
      const isTaken = seen.has(key);
      seen.add(key);
      return isTaken ? [duplicate(`${field}[${index}].ports[${at}].hostPort`, key)] : [];
    }),
  );
}

function validateMounts(mounts: readonly VolumeMount[], volumes: ReadonlySet<string>, field: string): FieldError[] {
  const paths = new Set<string>();
  return mounts.flatMap(({name = '', mountPath = '', subPath = '', subPathExpr = ''}, index) => {
    const place = `${field}[${index}]`;
    const isTaken = paths.has(mountPath);
    paths.add(mountPath);
    return [
      ...(name === '' ? [required(`${place}.name`)] : []),
      ...(volumes.has(name) ? [] : [notFound(`${place}.name`, name)]),
      ...(mountPath === '' ? [required(`${place}.mountPath`)] : []),
      ...(isTaken ? [invalid(`${place}.mountPath`, mountPath, 'must be unique')] : []),
      // the API's own messages leave out the index here
      ...(subPath === '' ? [] : validateRelativePath(subPath, `${field}.subPath`)),
      ...(subPath !== '' && subPathExpr !== ''
        ? [invalid(`${place}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive')]
        : []),
      ...(subPathExpr === '' ? [] : validateRelativePath(subPathExpr, `${field}.subPathExpr`)),
    ];
  });
}
