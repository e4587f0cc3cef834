import type {NodeSpec} from './kubelet/index.ts';

/** How large the sandbox is and which address families it has. */
export interface SandboxShape {
  readonly nodes: number;
  readonly zones: number;
  readonly ipFamily: 'ipv4' | 'ipv6' | 'dual';
}

/** Where the control plane sits on the nodes' network: the API server's and the DNS server's own address. */
const CONTROL_PLANE = {IPv4: '172.18.0.100', IPv6: 'fd00:172:18::100'};
const SERVICES = {IPv4: '10.96.0.0/16', IPv6: 'fd00:10:96::/112'};
const DNS = {IPv4: '10.96.0.10', IPv6: 'fd00:10:96::a'};
const KUBERNETES = {IPv4: '10.96.0.1', IPv6: 'fd00:10:96::1'};

type Family = 'IPv4' | 'IPv6';

/** The families of the sandbox, the primary one first. */
export function familiesOf(shape: SandboxShape): readonly Family[] {
  return shape.ipFamily === 'dual' ? ['IPv4', 'IPv6'] : shape.ipFamily === 'ipv6' ? ['IPv6'] : ['IPv4'];
}

/**
 * The well-known addresses. The cluster's own Services have the primary family alone, as the API server and kubeadm make them, so pods
 * get one name server.
 */
export function addressesOf(shape: SandboxShape) {
  const families = familiesOf(shape);
  const [primary = 'IPv4'] = families;
  return {
    controlPlane: CONTROL_PLANE[primary],
    serviceCIDRs: families.map((family) => SERVICES[family]),
    clusterDNS: DNS[primary],
    kubernetes: KUBERNETES[primary],
  };
}

/** The nodes: `sandbox-1` in `zone-a`, `sandbox-2` in `zone-b`, and so on round the zones. */
export function nodeSpecs(shape: SandboxShape): readonly NodeSpec[] {
  return Array.from({length: shape.nodes}, (_, index) => {
    const number = index + 1;
    const addresses: Record<Family, string> = {IPv4: `172.18.0.${number + 1}`, IPv6: `fd00:172:18::${(number + 1).toString(16)}`};
    const ranges: Record<Family, string> = {IPv4: `10.244.${number}.0/24`, IPv6: `fd00:10:244:${number.toString(16)}::/64`};
    return {
      name: `sandbox-${number}`,
      zone: `zone-${String.fromCharCode(97 + (index % shape.zones))}`,
      addresses: familiesOf(shape).map((family) => addresses[family]),
      podCIDRs: familiesOf(shape).map((family) => ranges[family]),
    };
  });
}
