import {parse} from 'yaml';
import type {ClusterConfig, EnvoyConfig, SocketAddress} from './config.ts';
import {type ConfigNode, durationOf, EnvoyConfigError, fieldsOf, isSet, itemsOf, textOf, wordOf} from './node.ts';
import {readAddress} from './read-address.ts';
import {readListener} from './read-listener.ts';

/** Reads a bootstrap configuration (YAML or JSON). Throws EnvoyConfigError, also for parts of Envoy that are not here. */
export function readEnvoyConfig(text: string): EnvoyConfig {
  let value: unknown;
  try {
    value = parse(text) ?? {};
  } catch (error) {
    throw new EnvoyConfigError('', `not YAML: ${(error as Error).message.split('\n')[0]}`);
  }
  const field = fieldsOf({path: '', value}, ['admin', 'static_resources'], ['node', 'stats_config', 'overload_manager', 'layered_runtime']);
  const resources = field('static_resources');
  const inside = isSet(resources) ? fieldsOf(resources, ['listeners', 'clusters'], ['secrets']) : null;
  const clusters = inside ? itemsOf(inside('clusters')).map(readCluster) : [];
  const listeners = inside ? itemsOf(inside('listeners')).map((listener, index) => readListener(listener, index)) : [];
  checkClusters(listeners, clusters);
  return {admin: readAdmin(field('admin')), listeners, clusters};
}

function readAdmin(node: ConfigNode): SocketAddress | null {
  if (!isSet(node)) return null;
  const field = fieldsOf(node, ['address'], ['access_log', 'access_log_path', 'profile_path']);
  return isSet(field('address')) ? readAddress(field('address')) : null;
}

const CLUSTER_IGNORED = [
  'dns_lookup_family',
  'dns_refresh_rate',
  'respect_dns_ttl',
  'common_lb_config',
  'circuit_breakers',
  'typed_extension_protocol_options',
  'upstream_connection_options',
  'alt_stat_name',
  'per_connection_buffer_limit_bytes',
];

function readCluster(node: ConfigNode): ClusterConfig {
  const field = fieldsOf(node, ['name', 'type', 'connect_timeout', 'lb_policy', 'load_assignment'], CLUSTER_IGNORED);
  const type = wordOf(field('type'), ['STATIC', 'STRICT_DNS', 'LOGICAL_DNS'], 'STATIC');
  const assignment = fieldsOf(field('load_assignment'), ['cluster_name', 'endpoints'], ['policy']);
  const endpoints = itemsOf(assignment('endpoints')).flatMap((locality) =>
    itemsOf(fieldsOf(locality, ['lb_endpoints'], ['locality', 'load_balancing_weight', 'priority'])('lb_endpoints')).map((each) => {
      const endpoint = fieldsOf(each, ['endpoint'], ['health_status', 'load_balancing_weight', 'metadata'])('endpoint');
      return readAddress(fieldsOf(endpoint, ['address'], ['hostname', 'health_check_config'])('address'));
    }),
  );
  for (const {host} of endpoints) {
    if (type === 'STATIC' && !/^[\d.]+$|:/.test(host))
      throw new EnvoyConfigError(node.path, `"${host}" is no address; a cluster of type STATIC takes no names, use STRICT_DNS`);
  }
  return {
    name: textOf(field('name')),
    byName: type !== 'STATIC',
    policy: wordOf(field('lb_policy'), ['ROUND_ROBIN', 'RANDOM', 'LEAST_REQUEST'], 'ROUND_ROBIN'),
    connectTimeoutMs: durationOf(field('connect_timeout'), 5000),
    endpoints,
  };
}

function checkClusters(listeners: EnvoyConfig['listeners'], clusters: readonly ClusterConfig[]): void {
  const known = new Set(clusters.map(({name}) => name));
  if (known.size < clusters.length) throw new EnvoyConfigError('static_resources.clusters', 'two clusters have the same name');
  for (const {name, filter} of listeners) {
    const used =
      filter.kind === 'tcp'
        ? [filter.cluster]
        : filter.virtualHosts.flatMap(({routes}) =>
            routes.flatMap(({action}) => (action.kind === 'cluster' ? action.clusters.map((each) => each.name) : [])),
          );
    const missing = used.find((cluster) => !known.has(cluster));
    if (missing !== undefined) throw new EnvoyConfigError(`listener ${name}`, `unknown cluster '${missing}'`);
  }
}
