import {ConfigError} from './syntax.ts';

/** Gives a variable's value for one request. */
export type Variables = (name: string) => string;

const KNOWN = new Set(
  (
    'args body_bytes_sent bytes_sent connection connection_requests content_length content_type document_root document_uri host hostname https is_args msec ' +
    'nginx_version pid proxy_host proxy_port proxy_add_x_forwarded_for query_string remote_addr remote_port remote_user request request_filename request_id ' +
    'request_length request_method request_time request_uri scheme server_addr server_name server_port server_protocol status time_iso8601 time_local upstream_addr ' +
    'upstream_response_time upstream_status uri'
  ).split(' '),
);
const KNOWN_PREFIX = /^(?:http|arg|cookie|sent_http)_\w+$/;
const REFERENCE = /\$(?:\{(\w+)\}|(\w+))/g;

/** Refuses text that uses a variable which nginx does not have; nginx names no place for that. `$1` and the like belong to patterns. */
export function checkVariables(text: string): void {
  for (const [, braced, plain] of text.matchAll(REFERENCE)) {
    const name = braced ?? plain ?? '';
    if (!KNOWN.has(name) && !KNOWN_PREFIX.test(name) && !/^\d$/.test(name)) throw new ConfigError(`unknown "${name}" variable`);
  }
}

/** Text with the variables of a request filled in. */
export function expand(text: string, variables: Variables): string {
  return text.includes('$') ? text.replace(REFERENCE, (_whole, braced?: string, plain?: string) => variables(braced ?? plain ?? '')) : text;
}
