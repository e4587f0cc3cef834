import {describe, expect, it} from 'vitest';
import type {ProxyMode} from '../../src/model/index.ts';
import {judgePacket} from '../../src/routing/index.ts';
import {nodeIP, podIP, rig, service, slice} from './cluster.ts';

/** `verdict endpoints` for a packet on node3, where no endpoint is. */
function onNode3(
  mode: ProxyMode,
  spec: Record<string, unknown>,
  destinationIP: string,
  destinationPort: number,
  sourceIP = podIP(3),
): string {
  const view = rig([service(spec), slice()], {proxyMode: mode});
  const {verdict, endpoints} = judgePacket(view, {node: 'node3', sourceIP, destinationIP, destinationPort, protocol: 'TCP'});
  return endpoints.length === 0 ? verdict : `${verdict} ${endpoints.length}`;
}

const client = '198.51.100.7';
const local = {type: 'LoadBalancer', externalTrafficPolicy: 'Local'};

describe('where the modes of kube-proxy differ', () => {
  const rows: readonly (readonly [
    string,
    Readonly<Record<ProxyMode, string>>,
    Parameters<typeof onNode3> extends [ProxyMode, ...infer Rest] ? Rest : never,
  ])[] = [
    ['an unknown port of a cluster IP', {nftables: 'reject', iptables: 'ignore', ipvs: 'reject'}, [{}, '10.96.0.50', 81]],
    ['an unallocated Service address', {nftables: 'drop', iptables: 'ignore', ipvs: 'ignore'}, [{}, '10.96.0.99', 80]],
    ['an unknown port of a load balancer address', {nftables: 'ignore', iptables: 'ignore', ipvs: 'reject'}, [local, '172.32.0.1', 81]],
    [
      'a node port at the loopback',
      {nftables: 'ignore', iptables: 'forward 2', ipvs: 'ignore'},
      [{type: 'NodePort'}, '127.0.0.1', 30_080, '127.0.0.1'],
    ],
    [
      'policy Local without a local endpoint, cluster IP',
      {nftables: 'drop', iptables: 'drop', ipvs: 'reject'},
      [{internalTrafficPolicy: 'Local'}, '10.96.0.50', 80],
    ],
    [
      'the same where a node port keeps the cluster set',
      {nftables: 'drop', iptables: 'drop', ipvs: 'forward 2'},
      [{type: 'NodePort', internalTrafficPolicy: 'Local'}, '10.96.0.50', 80],
    ],
    [
      'policy Local without a local endpoint, from outside',
      {nftables: 'drop', iptables: 'drop', ipvs: 'drop'},
      [local, nodeIP(3), 30_080, client],
    ],
    [
      'policy Local without a local endpoint, from a pod',
      {nftables: 'forward 2', iptables: 'forward 2', ipvs: 'forward 2'},
      [local, '172.32.0.1', 80],
    ],
  ];
  for (const [what, expected, rest] of rows) {
    for (const mode of ['nftables', 'iptables', 'ipvs'] as const) {
      it(`${what}: ${expected[mode]} in ${mode} mode`, () => expect(onNode3(mode, ...rest)).toBe(expected[mode]));
    }
  }
});

describe('where node ports are served', () => {
  const at = (mode: ProxyMode, nodePortAddresses: readonly string[], destinationIP: string): string => {
    const view = rig([service({type: 'NodePort'}), slice()], {proxyMode: mode, nodePortAddresses});
    const packet = {node: 'node1', sourceIP: client, destinationIP, destinationPort: 30_080, protocol: 'TCP'} as const;
    return judgePacket(view, {...packet, proxy: {nodeIPs: [nodeIP(1), '192.168.7.1'], nodePortAddresses}}).verdict;
  };
  const rows: readonly (readonly [ProxyMode, readonly string[], string, string])[] = [
    ['nftables', [], nodeIP(1), 'forward'],
    ['nftables', [], '192.168.7.1', 'ignore'],
    ['iptables', [], '192.168.7.1', 'forward'],
    ['nftables', ['all'], '192.168.7.1', 'forward'],
    ['nftables', ['192.168.0.0/16'], '192.168.7.1', 'forward'],
    ['nftables', ['192.168.0.0/16'], nodeIP(1), 'ignore'],
    ['nftables', ['fd00::/8'], '192.168.7.1', 'forward'],
    ['iptables', ['primary'], '192.168.7.1', 'ignore'],
    ['iptables', ['192.168.0.0/16'], '192.168.9.9', 'ignore'],
  ];
  for (const [mode, addresses, destination, verdict] of rows) {
    it(`${mode} mode, nodePortAddresses [${addresses}]: ${verdict} at ${destination}`, () =>
      expect(at(mode, addresses, destination)).toBe(verdict));
  }
});

describe('Services that kube-proxy leaves alone', () => {
  it('those labelled for another proxy', () => {
    const labelled = service({});
    const other = {...labelled, metadata: {...labelled.metadata, labels: {'service.kubernetes.io/service-proxy-name': 'other'}}};
    const packet = {node: 'node1', sourceIP: podIP(1), destinationIP: '10.96.0.50', destinationPort: 80, protocol: 'TCP'} as const;
    expect(judgePacket(rig([other, slice()], {serviceCIDRs: []}), packet).verdict).toBe('ignore');
    expect(judgePacket(rig([labelled, slice()]), packet).verdict).toBe('forward');
  });

  it('and slices marked headless are not read', () => {
    const marked = slice();
    const labels = {...marked.metadata?.labels, 'service.kubernetes.io/headless': ''};
    const packet = {node: 'node1', sourceIP: podIP(1), destinationIP: '10.96.0.50', destinationPort: 80, protocol: 'TCP'} as const;
    expect(judgePacket(rig([service({}), {...marked, metadata: {...marked.metadata, labels}}]), packet).verdict).toBe('reject');
  });
});
