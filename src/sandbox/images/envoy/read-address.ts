import type {SocketAddress} from './config.ts';
import {type ConfigNode, EnvoyConfigError, fieldsOf, numberOf, textOf, wordOf} from './node.ts';

/** `{socket_address: {address, port_value}}`. */
export function readAddress(node: ConfigNode): SocketAddress {
  const socket = fieldsOf(
    fieldsOf(node, ['socket_address'])('socket_address'),
    ['address', 'port_value', 'protocol'],
    ['ipv4_compat', 'resolver_name'],
  );
  wordOf(socket('protocol'), ['TCP'], 'TCP');
  const port = numberOf(socket('port_value'));
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new EnvoyConfigError(socket('port_value').path, `${port} is not a port`);
  return {host: textOf(socket('address')), port};
}
