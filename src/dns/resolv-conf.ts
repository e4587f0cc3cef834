import type {ResolverConfig} from '../model/index.ts';

/**
 * Reads a resolv.conf as the kubelet reads the node's: name servers add up, of `search` lines the last one counts, of options with one
 * name the last; a search for the root alone is dropped. Rule: pkg/kubelet/network/dns/dns.go (parseResolvConf).
 */
export function parseResolvConf(text: string): ResolverConfig {
  const {nameservers, search, options} = readResolvConf(text);
  return {nameservers, search: search.filter((domain) => domain !== '.').map((domain) => domain.replace(/\.$/, '')), options};
}

/**
 * Reads a resolv.conf as the C libraries of a container do: as above, but each search domain is left as it is written. Rules: glibc
 * resolv/res_init.c (res_vinit), musl network/resolvconf.c.
 */
export function readResolvConf(text: string): ResolverConfig {
  const nameservers: string[] = [];
  let search: readonly string[] = [];
  const options = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [keyword, ...fields] = line.trim().split(/\s+/);
    if (keyword === 'nameserver' && fields[0] !== undefined) nameservers.push(fields[0]);
    if (keyword === 'search') search = fields;
    if (keyword === 'options') for (const option of fields) options.set(option.split(':')[0] ?? '', option);
  }
  return {nameservers, search, options: [...options.values()]};
}

/** The file that the container runtime writes from it. */
export function formatResolvConf(config: ResolverConfig): string {
  const lines = [
    ...(config.search.length > 0 ? [`search ${config.search.join(' ')}`] : []),
    ...config.nameservers.map((address) => `nameserver ${address}`),
    ...(config.options.length > 0 ? [`options ${config.options.join(' ')}`] : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
