import type {RouteConfig, VirtualHost} from './config.ts';
import {type ConfigNode, durationOf, EnvoyConfigError, fieldsOf, isSet, itemsOf, numberOf, textOf} from './node.ts';

const DEFAULT_TIMEOUT_MS = 15_000;

/** One virtual host with its routes, in their order. */
export function readVirtualHost(node: ConfigNode): VirtualHost {
  const field = fieldsOf(node, ['name', 'domains', 'routes'], ['require_tls']);
  return {
    name: textOf(field('name')),
    domains: itemsOf(field('domains')).map((domain) => textOf(domain).toLowerCase()),
    routes: itemsOf(field('routes')).map(readRoute),
  };
}

function readRoute(node: ConfigNode): RouteConfig {
  const field = fieldsOf(node, ['match', 'route', 'redirect', 'direct_response'], ['name', 'metadata', 'decorator']);
  return {match: readMatch(field('match')), action: readAction(node, field)};
}

function readMatch(node: ConfigNode): RouteConfig['match'] {
  const field = fieldsOf(node, ['prefix', 'path'], ['case_sensitive']);
  if (isSet(field('path'))) return {kind: 'path', value: textOf(field('path'))};
  return {kind: 'prefix', value: textOf(field('prefix'))};
}

function readAction(node: ConfigNode, field: (name: string) => ConfigNode): RouteConfig['action'] {
  if (isSet(field('route'))) return readClusterAction(field('route'));
  if (isSet(field('redirect'))) return readRedirect(field('redirect'));
  if (isSet(field('direct_response'))) return readDirect(field('direct_response'));
  throw new EnvoyConfigError(node.path, 'route, redirect or direct_response is missing');
}

function readClusterAction(node: ConfigNode): RouteConfig['action'] {
  const field = fieldsOf(
    node,
    ['cluster', 'weighted_clusters', 'timeout', 'prefix_rewrite', 'host_rewrite_literal'],
    ['idle_timeout', 'retry_policy', 'max_stream_duration'],
  );
  const weighted = isSet(field('weighted_clusters'))
    ? itemsOf(fieldsOf(field('weighted_clusters'), ['clusters'], ['total_weight'])('clusters'))
    : null;
  const clusters = weighted?.map((each) => {
    const cluster = fieldsOf(each, ['name', 'weight']);
    return {name: textOf(cluster('name')), weight: numberOf(cluster('weight'))};
  });
  return {
    kind: 'cluster',
    clusters: clusters ?? [{name: textOf(field('cluster')), weight: 1}],
    timeoutMs: durationOf(field('timeout'), DEFAULT_TIMEOUT_MS),
    prefixRewrite: isSet(field('prefix_rewrite')) ? textOf(field('prefix_rewrite')) : null,
    hostRewrite: isSet(field('host_rewrite_literal')) ? textOf(field('host_rewrite_literal')) : null,
  };
}

const REDIRECT_CODES: Readonly<Record<string, number>> = {
  MOVED_PERMANENTLY: 301,
  FOUND: 302,
  SEE_OTHER: 303,
  TEMPORARY_REDIRECT: 307,
  PERMANENT_REDIRECT: 308,
};

function readRedirect(node: ConfigNode): RouteConfig['action'] {
  const field = fieldsOf(node, ['host_redirect', 'path_redirect', 'https_redirect', 'response_code']);
  const code = textOf(field('response_code'), 'MOVED_PERMANENTLY');
  const status = Object.hasOwn(REDIRECT_CODES, code) ? REDIRECT_CODES[code] : undefined;
  if (status === undefined) throw new EnvoyConfigError(field('response_code').path, `"${code}" is no redirect code`);
  return {
    kind: 'redirect',
    host: isSet(field('host_redirect')) ? textOf(field('host_redirect')) : null,
    path: isSet(field('path_redirect')) ? textOf(field('path_redirect')) : null,
    https: field('https_redirect').value === true,
    status,
  };
}

function readDirect(node: ConfigNode): RouteConfig['action'] {
  const field = fieldsOf(node, ['status', 'body']);
  const body = isSet(field('body')) ? textOf(fieldsOf(field('body'), ['inline_string'])('inline_string')) : '';
  return {kind: 'direct', status: numberOf(field('status')), body};
}
