import {ConfigError, type Directive} from './syntax.ts';

export type Context = 'main' | 'events' | 'http' | 'server' | 'location' | 'upstream' | 'types';

interface Rule {
  readonly contexts: readonly Context[];
  /** Fewest and most arguments. */
  readonly args: readonly [number, number];
  readonly block?: Context;
}

const MANY = 1000;
const MAIN: readonly Context[] = ['main'];
const HTTP: readonly Context[] = ['http', 'server', 'location'];

/** The directives that this nginx acts on. */
const ACTED_ON: Readonly<Record<string, Rule>> = {
  events: {contexts: MAIN, args: [0, 0], block: 'events'},
  http: {contexts: MAIN, args: [0, 0], block: 'http'},
  server: {contexts: ['http'], args: [0, 0], block: 'server'},
  location: {contexts: ['server'], args: [1, 2], block: 'location'},
  upstream: {contexts: ['http'], args: [1, 1], block: 'upstream'},
  types: {contexts: HTTP, args: [0, 0], block: 'types'},
  include: {contexts: ['main', 'events', ...HTTP, 'upstream'], args: [1, 1]},
  listen: {contexts: ['server'], args: [1, MANY]},
  server_name: {contexts: ['server'], args: [1, MANY]},
  root: {contexts: HTTP, args: [1, 1]},
  alias: {contexts: ['location'], args: [1, 1]},
  index: {contexts: HTTP, args: [1, MANY]},
  autoindex: {contexts: HTTP, args: [1, 1]},
  default_type: {contexts: HTTP, args: [1, 1]},
  add_header: {contexts: HTTP, args: [2, 3]},
  return: {contexts: ['server', 'location'], args: [1, 2]},
  try_files: {contexts: ['server', 'location'], args: [2, MANY]},
  error_page: {contexts: HTTP, args: [2, MANY]},
  proxy_pass: {contexts: ['location'], args: [1, 1]},
  proxy_set_header: {contexts: HTTP, args: [2, 2]},
  proxy_connect_timeout: {contexts: HTTP, args: [1, 1]},
  proxy_read_timeout: {contexts: HTTP, args: [1, 1]},
  access_log: {contexts: HTTP, args: [1, MANY]},
  log_format: {contexts: ['http'], args: [2, MANY]},
  client_max_body_size: {contexts: HTTP, args: [1, 1]},
  keepalive_timeout: {contexts: HTTP, args: [1, 2]},
  ssl_certificate: {contexts: ['http', 'server'], args: [1, 1]},
  ssl_certificate_key: {contexts: ['http', 'server'], args: [1, 1]},
  internal: {contexts: ['location'], args: [0, 0]},
};

/** Directives that change nothing that can be seen here: processes, sockets, buffers, compression. */
const WITHOUT_EFFECT =
  'user worker_processes worker_rlimit_nofile worker_shutdown_timeout error_log pid daemon master_process worker_connections multi_accept use accept_mutex ' +
  'pcre_jit sendfile tcp_nopush tcp_nodelay aio directio server_tokens types_hash_max_size types_hash_bucket_size server_names_hash_bucket_size ' +
  'server_names_hash_max_size variables_hash_bucket_size variables_hash_max_size map_hash_bucket_size client_body_buffer_size client_header_buffer_size ' +
  'large_client_header_buffers client_body_timeout client_header_timeout send_timeout reset_timedout_connection keepalive_requests keepalive_time ' +
  'gzip gzip_types gzip_comp_level gzip_vary gzip_proxied gzip_min_length gzip_disable gzip_static gzip_buffers gzip_http_version ' +
  'open_file_cache open_file_cache_valid open_file_cache_min_uses open_file_cache_errors log_not_found log_subrequest etag if_modified_since ' +
  'proxy_http_version proxy_buffering proxy_buffers proxy_buffer_size proxy_busy_buffers_size proxy_send_timeout proxy_request_buffering ' +
  'proxy_temp_path client_body_temp_path fastcgi_temp_path uwsgi_temp_path scgi_temp_path keepalive zone least_conn ip_hash random ' +
  'ssl_protocols ssl_ciphers ssl_prefer_server_ciphers ssl_session_cache ssl_session_timeout ssl_session_tickets http2 charset absolute_redirect ' +
  'port_in_redirect server_name_in_redirect merge_slashes underscores_in_headers ignore_invalid_headers msie_padding chunked_transfer_encoding resolver resolver_timeout';

/** Directives of nginx that are not here; saying so is better than serving something else. */
const MISSING =
  'if set rewrite break map geo split_clients limit_req limit_req_zone limit_conn limit_conn_zone auth_basic auth_basic_user_file auth_request allow deny ' +
  'satisfy proxy_cache proxy_cache_path proxy_redirect proxy_cookie_path proxy_ssl_verify proxy_next_upstream proxy_intercept_errors proxy_hide_header ' +
  'proxy_pass_header fastcgi_pass uwsgi_pass scgi_pass grpc_pass memcached_pass stub_status sub_filter expires mirror real_ip_header set_real_ip_from ' +
  'perl js_import js_content load_module stream mail env limit_except limit_rate dav_methods random_index secure_link ssi image_filter addition_types add_trailer';

const NO_EFFECT = new Set(WITHOUT_EFFECT.split(/\s+/));
const NOT_HERE = new Set(MISSING.split(/\s+/));

/** Checks one directive against its place. True: act on it; false: it changes nothing. Throws ConfigError in nginx's words. */
export function checkDirective(directive: Directive, context: Context): boolean {
  const {name, args, block} = directive;
  if (context === 'types' || (context === 'upstream' && name === 'server')) return true;
  if (NO_EFFECT.has(name)) return false;
  if (NOT_HERE.has(name)) throw new ConfigError(`directive "${name}" is not available in this sandbox's nginx`, directive);
  const rule = Object.hasOwn(ACTED_ON, name) ? ACTED_ON[name] : undefined;
  if (rule === undefined) throw new ConfigError(`unknown directive "${name}"`, directive);
  if (name === 'location' && context === 'location')
    throw new ConfigError("nested locations are not available in this sandbox's nginx", directive);
  if (!rule.contexts.includes(context)) throw new ConfigError(`"${name}" directive is not allowed here`, directive);
  if (rule.block !== undefined && block === null) throw new ConfigError(`directive "${name}" has no opening "{"`, directive);
  if (rule.block === undefined && block !== null) throw new ConfigError(`directive "${name}" is not terminated by ";"`, directive);
  if (args.length < rule.args[0] || args.length > rule.args[1]) {
    throw new ConfigError(`invalid number of arguments in "${name}" directive`, directive);
  }
  return true;
}
