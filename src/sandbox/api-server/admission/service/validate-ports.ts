import {duplicate, type FieldError, invalidFor, notSupported, required} from '../rules/field-error.ts';
import {dns1123Label, portName, portNumber, qualifiedName} from '../rules/names.ts';
import type {ServicePortSpec} from './types.ts';

export const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

/** `spec.ports` of a Service. */
export function validatePorts(ports: readonly ServicePortSpec[]): FieldError[] {
  return ports.flatMap((port, index) => {
    const field = `spec.ports[${index}]`;
    return [
      ...validateName(port, `${field}.name`, ports.slice(0, index), ports.length > 1),
      ...invalidFor(`${field}.port`, port.port ?? 0, portNumber(port.port ?? 0)),
      ...validateProtocol(port.protocol, `${field}.protocol`),
      ...validateTargetPort(port.targetPort, `${field}.targetPort`),
      ...(port.appProtocol === undefined ? [] : invalidFor(`${field}.appProtocol`, port.appProtocol, qualifiedName(port.appProtocol))),
    ];
  });
}

function validateName({name = ''}: ServicePortSpec, field: string, earlier: readonly ServicePortSpec[], isRequired: boolean): FieldError[] {
  if (name === '') return isRequired ? [required(field)] : [];
  const isTaken = earlier.some((port) => port.name === name);
  return [...invalidFor(field, name, dns1123Label(name)), ...(isTaken ? [duplicate(field, name)] : [])];
}

export function validateProtocol(protocol: string | undefined, field: string): FieldError[] {
  if (!protocol) return [required(field)];
  return PROTOCOLS.includes(protocol) ? [] : [notSupported(field, protocol, PROTOCOLS)];
}

/** A number or a container port's name. */
export function validateTargetPort(port: number | string | undefined, field: string): FieldError[] {
  if (typeof port === 'string') return invalidFor(field, port, portName(port));
  return invalidFor(field, port ?? 0, portNumber(port ?? 0));
}
