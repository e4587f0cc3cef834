import type {HttpFilter, ListenerConfig, PemSource, TcpFilter, TlsConfig} from './config.ts';
import {type ConfigNode, EnvoyConfigError, fieldsOf, isSet, itemsOf, textOf} from './node.ts';
import {readAddress} from './read-address.ts';
import {readVirtualHost} from './read-route.ts';

const LISTENER_IGNORED = [
  'per_connection_buffer_limit_bytes',
  'listener_filters',
  'listener_filters_timeout',
  'enable_reuse_port',
  'traffic_direction',
  'socket_options',
  'access_log',
];

/** One listener: an address, TLS where its filter chain has it, and the filter that takes its connections. */
export function readListener(node: ConfigNode, index: number): ListenerConfig {
  const field = fieldsOf(node, ['name', 'address', 'filter_chains'], LISTENER_IGNORED);
  const chains = itemsOf(field('filter_chains'));
  const [chain] = chains;
  if (chain === undefined) throw new EnvoyConfigError(field('filter_chains').path, 'is missing');
  if (chains.length > 1) throw new EnvoyConfigError(field('filter_chains').path, 'more than one filter chain is not available here');
  const inside = fieldsOf(chain, ['filters', 'transport_socket'], ['name', 'filter_chain_match', 'transport_socket_connect_timeout']);
  const filters = itemsOf(inside('filters'));
  const filter = filters.at(-1);
  if (filter === undefined || filters.length > 1)
    throw new EnvoyConfigError(inside('filters').path, 'exactly one filter is available here');
  return {
    name: textOf(field('name'), `listener_${index}`),
    address: readAddress(field('address')),
    tls: isSet(inside('transport_socket')) ? readTls(inside('transport_socket')) : null,
    filter: readFilter(filter),
  };
}

/** What a `typed_config` is of, and its fields. */
function typed(node: ConfigNode): {readonly type: string; readonly config: ConfigNode} {
  const config = fieldsOf(node, ['name', 'typed_config'])('typed_config');
  const type = typeof config.value === 'object' && config.value !== null ? Reflect.get(config.value, '@type') : undefined;
  if (typeof type !== 'string') throw new EnvoyConfigError(`${config.path}.@type`, 'is missing');
  return {type: type.slice(type.lastIndexOf('.') + 1), config};
}

const MANAGER_IGNORED = [
  'codec_type',
  'stream_idle_timeout',
  'request_timeout',
  'common_http_protocol_options',
  'http_protocol_options',
  'http2_protocol_options',
  'generate_request_id',
  'normalize_path',
  'merge_slashes',
  'path_with_escaped_slashes_action',
  'upgrade_configs',
  'server_name',
  'xff_num_trusted_hops',
  'drain_timeout',
];

function readFilter(node: ConfigNode): HttpFilter | TcpFilter {
  const {type, config} = typed(node);
  if (type === 'TcpProxy') {
    const field = fieldsOf(config, ['@type', 'stat_prefix', 'cluster'], ['access_log', 'idle_timeout', 'max_connect_attempts']);
    return {kind: 'tcp', statPrefix: textOf(field('stat_prefix')), cluster: textOf(field('cluster'))};
  }
  if (type !== 'HttpConnectionManager')
    throw new EnvoyConfigError(config.path, `${type} is not available here; HttpConnectionManager and TcpProxy are`);
  const field = fieldsOf(
    config,
    ['@type', 'stat_prefix', 'route_config', 'http_filters', 'use_remote_address', 'access_log'],
    MANAGER_IGNORED,
  );
  for (const filter of itemsOf(field('http_filters'))) {
    const http = typed(filter);
    if (http.type !== 'Router') throw new EnvoyConfigError(http.config.path, `${http.type} is not available here; Router is`);
  }
  const routes = fieldsOf(
    field('route_config'),
    ['name', 'virtual_hosts'],
    ['validate_clusters', 'response_headers_to_add', 'request_headers_to_add'],
  );
  return {
    kind: 'http',
    statPrefix: textOf(field('stat_prefix')),
    virtualHosts: itemsOf(routes('virtual_hosts')).map(readVirtualHost),
    useRemoteAddress: field('use_remote_address').value === true,
    accessLog: itemsOf(field('access_log')).some(writesToOutput),
  };
}

/** Access logs to standard output are written; those to a file of the container are not. */
function writesToOutput(node: ConfigNode): boolean {
  const {type, config} = typed(node);
  return type === 'StdoutAccessLog' || (type === 'FileAccessLog' && Reflect.get(config.value as object, 'path') === '/dev/stdout');
}

function readTls(node: ConfigNode): TlsConfig {
  const {type, config} = typed(node);
  if (type !== 'DownstreamTlsContext') throw new EnvoyConfigError(config.path, `${type} is not available here; DownstreamTlsContext is`);
  const context = fieldsOf(
    fieldsOf(config, ['@type', 'common_tls_context', 'require_client_certificate'])('common_tls_context'),
    ['tls_certificates'],
    ['alpn_protocols', 'tls_params'],
  );
  if (fieldsOf(config, ['@type', 'common_tls_context', 'require_client_certificate'])('require_client_certificate').value === true) {
    throw new EnvoyConfigError(config.path, 'client certificates are not available here');
  }
  const certificates = itemsOf(context('tls_certificates'));
  const [certificate] = certificates;
  if (certificate === undefined || certificates.length > 1)
    throw new EnvoyConfigError(context('tls_certificates').path, 'exactly one certificate is available here');
  const field = fieldsOf(certificate, ['certificate_chain', 'private_key']);
  return {certificate: readPem(field('certificate_chain')), key: readPem(field('private_key'))};
}

function readPem(node: ConfigNode): PemSource {
  const field = fieldsOf(node, ['filename', 'inline_string']);
  return isSet(field('inline_string')) ? {text: textOf(field('inline_string'))} : {file: textOf(field('filename'))};
}
