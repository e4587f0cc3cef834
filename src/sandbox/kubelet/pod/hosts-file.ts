import type {PodObject} from './pod-object.ts';

export interface HostName {
  readonly hostname: string;
  /** `sub.ns.svc.cluster.local`, where the pod has a subdomain. */
  readonly domain: string | null;
}

/** The name that a pod's containers have for themselves. Source: kubernetes `pkg/kubelet/kubelet_pods.go` (GeneratePodHostNameAndDomain). */
export function podHostName(pod: PodObject, nodeName: string, clusterDomain: string): HostName {
  if (pod.spec.hostNetwork) return {hostname: nodeName, domain: null};
  const hostname = (pod.spec.hostname || pod.metadata.name).slice(0, 63).replace(/[.-]+$/, '');
  const domain = pod.spec.subdomain ? `${pod.spec.subdomain}.${pod.metadata.namespace}.svc.${clusterDomain}` : null;
  return {hostname: pod.spec.setHostnameAsFQDN && domain ? `${hostname}.${domain}` : hostname, domain};
}

/** Names to addresses, as the file that is written below has them. */
export function hostsTable(pod: PodObject, name: HostName, ips: readonly string[]): Map<string, string[]> {
  const table = new Map<string, string[]>([
    ['localhost', ['127.0.0.1', '::1']],
    ['ip6-localhost', ['::1']],
    ['ip6-loopback', ['::1']],
  ]);
  const add = (host: string, ip: string) => table.set(host, [...(table.get(host) ?? []), ip]);
  for (const ip of ips) for (const host of ownNames(name)) add(host, ip);
  for (const alias of pod.spec.hostAliases ?? []) for (const host of alias.hostnames ?? []) add(host, alias.ip);
  return table;
}

/** The /etc/hosts that the kubelet manages. Source: kubernetes `pkg/kubelet/kubelet_pods.go` (managedHostsFileContent). */
export function hostsFile(pod: PodObject, name: HostName, ips: readonly string[]): string {
  const header = pod.spec.hostNetwork ? '# Kubernetes-managed hosts file (host network).' : '# Kubernetes-managed hosts file.';
  const lines = [
    header,
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::0\tip6-localnet',
    'fe00::0\tip6-mcastprefix',
    'fe00::1\tip6-allnodes',
    'fe00::2\tip6-allrouters',
    ...ips.map((ip) => [ip, ...ownNames(name)].join('\t')),
  ];
  const aliases = (pod.spec.hostAliases ?? []).map(({ip, hostnames}) => [ip, ...(hostnames ?? [])].join('\t'));
  return `${[...lines, ...(aliases.length > 0 ? ['', '# Entries added by HostAliases.', ...aliases] : [])].join('\n')}\n`;
}

function ownNames(name: HostName): string[] {
  if (!name.domain) return [name.hostname];
  return name.hostname.endsWith(`.${name.domain}`) ? [name.hostname] : [`${name.hostname}.${name.domain}`, name.hostname];
}
