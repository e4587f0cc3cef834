import {type FieldError, forbidden, invalid, invalidFor, notSupported, required} from '../rules/field-error.ts';
import {validateTargetPort} from '../service/validate-ports.ts';
import type {Container, Handler, Probe} from './types.ts';

/** Probes and lifecycle hooks of a container; `podGrace`: the seconds that the pod has for its end. */
export function validateProbes(container: Container, field: string, podGrace: number): FieldError[] {
  const {livenessProbe, readinessProbe, startupProbe, lifecycle = {}} = container;
  const grace = readinessProbe?.terminationGracePeriodSeconds;
  return [
    ...(lifecycle.postStart === undefined ? [] : validateHandler(lifecycle.postStart, `${field}.lifecycle.postStart`, podGrace)),
    ...(lifecycle.preStop === undefined ? [] : validateHandler(lifecycle.preStop, `${field}.lifecycle.preStop`, podGrace)),
    ...onceIsEnough(livenessProbe, `${field}.livenessProbe`),
    ...validateProbe(readinessProbe, `${field}.readinessProbe`),
    ...(grace === undefined
      ? []
      : [invalid(`${field}.readinessProbe.terminationGracePeriodSeconds`, grace, 'must not be set for readinessProbes')]),
    ...onceIsEnough(startupProbe, `${field}.startupProbe`),
  ];
}

function onceIsEnough(probe: Probe | undefined, field: string): FieldError[] {
  if (probe === undefined) return [];
  const wrong = probe.successThreshold !== 1 ? [invalid(`${field}.successThreshold`, probe.successThreshold ?? 0, 'must be 1')] : [];
  return [...validateProbe(probe, field), ...wrong];
}

const COUNTS = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'] as const;

function validateProbe(probe: Probe | undefined, field: string): FieldError[] {
  if (probe === undefined) return [];
  const negative = COUNTS.filter((name) => (probe[name] ?? 0) < 0);
  const grace = probe.terminationGracePeriodSeconds;
  return [
    ...validateHandler(probe, field, 0), // no probe sleeps
    ...negative.map((name) => invalid(`${field}.${name}`, probe[name], 'must be greater than or equal to 0')),
    ...(grace !== undefined && grace <= 0 ? [invalid(`${field}.terminationGracePeriodSeconds`, grace, 'must be greater than 0')] : []),
  ];
}

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const;

function validateHandler(handler: Handler, field: string, podGrace: number): FieldError[] {
  const [first, ...others] = HANDLERS.filter((name) => handler[name] !== undefined);
  if (first === undefined) return [required(field, 'must specify a handler type')];
  return [
    ...CHECKS[first](handler, `${field}.${first}`, podGrace),
    ...others.map((name) => forbidden(`${field}.${name}`, 'may not specify more than 1 handler type')),
  ];
}

const CHECKS: Readonly<Record<(typeof HANDLERS)[number], (handler: Handler, field: string, podGrace: number) => FieldError[]>> = {
  exec: ({exec}, field) => ((exec?.command ?? []).length === 0 ? [required(`${field}.command`)] : []),
  httpGet: ({httpGet}, field) => validateHttp(httpGet ?? {}, field),
  tcpSocket: ({tcpSocket}, field) => validateTargetPort(tcpSocket?.port, `${field}.port`),
  grpc: ({grpc}, field) => validateTargetPort(grpc?.port, `${field}.port`),
  sleep: ({sleep: {seconds = 0} = {}}, field, podGrace) =>
    seconds < 0 || seconds > podGrace
      ? [invalid(field, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${podGrace})`)]
      : [],
};

const HEADER =
  "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')";

function validateHttp({path = '', port, scheme = '', httpHeaders = []}: NonNullable<Handler['httpGet']>, field: string): FieldError[] {
  return [
    ...(path === '' ? [required(`${field}.path`)] : []),
    ...validateTargetPort(port, `${field}.port`),
    ...(['HTTP', 'HTTPS'].includes(scheme) ? [] : [notSupported(`${field}.scheme`, scheme, ['HTTP', 'HTTPS'])]),
    ...httpHeaders.flatMap(({name}) => invalidFor(`${field}.httpHeaders`, name, /^[-A-Za-z0-9]+$/.test(name) ? [] : [HEADER])),
  ];
}
