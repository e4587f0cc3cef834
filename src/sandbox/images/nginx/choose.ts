import type {LocationConfig, ServerConfig} from './config.ts';

/** The server for a request: by its Host among those that listen on the port, else the port's default, which is the first. */
export function chooseServer(servers: readonly ServerConfig[], port: number, host: string): ServerConfig | null {
  const here = servers.filter((server) => server.listens.some((listen) => listen.port === port));
  const name = host.replace(/:\d+$/, '').toLowerCase();
  const byName = (matches: (serverName: string) => boolean): ServerConfig | undefined =>
    here.find(({names}) => names.some((each) => matches(each.toLowerCase())));
  return (
    byName((each) => each === name || (each.startsWith('.') && each.slice(1) === name)) ??
    byName((each) => (each.startsWith('*.') && name.endsWith(each.slice(1))) || (each.startsWith('.') && name.endsWith(each))) ??
    byName((each) => each.endsWith('.*') && name.startsWith(each.slice(0, -1))) ??
    byName((each) => each.startsWith('~') && new RegExp(each.slice(1), 'i').test(name)) ??
    here.find(({listens}) => listens.some((listen) => listen.port === port && listen.isDefault)) ??
    here[0] ??
    null
  );
}

/**
 * The location for a path: an exact one; else the longest prefix, unless that is not final and a pattern matches, the first in order.
 * Source: the documentation of nginx's `location`.
 */
export function chooseLocation(locations: readonly LocationConfig[], path: string): LocationConfig | null {
  const exact = locations.find((location) => location.kind === 'exact' && location.path === path);
  if (exact !== undefined) return exact;
  const prefixes = locations.filter(({kind, path: prefix}) => (kind === 'prefix' || kind === 'prefix-final') && path.startsWith(prefix));
  const longest = prefixes.reduce<LocationConfig | null>(
    (best, each) => (best === null || each.path.length > best.path.length ? each : best),
    null,
  );
  if (longest?.kind === 'prefix-final') return longest;
  return locations.find(({pattern}) => pattern?.test(path)) ?? longest;
}
