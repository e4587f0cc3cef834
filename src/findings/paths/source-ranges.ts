import {parseCidr} from '../../ip/index.ts';
import type {Rule} from '../rule.ts';
import {names, patchService} from '../words.ts';

export const rangesLeaveNodePorts: Rule = {
  code: 'KIA0408',
  name: 'SourceRangesLeaveNodePortsOpen',
  severity: 'warning',
  certainty: 'proven',
  summary: 'loadBalancerSourceRanges does not hold for the node ports, which stay open to all.',
  why: "The ranges are checked for the load balancer's addresses only. Whoever reaches a node goes round them.",
  remedy: 'Take the node ports away if the load balancer does not need them, or close them with a firewall or a NetworkPolicy.',
  needs: [],
  live: true,
  *check(_, service) {
    const open = service.ports.filter((port) => port.nodePort !== null);
    if (service.type !== 'LoadBalancer' || open.length === 0 || limiting(service.loadBalancerSourceRanges).length === 0) return;
    yield {
      message: `loadBalancerSourceRanges admits ${names(service.loadBalancerSourceRanges)}, but node port ${names(open.map((port) => String(port.nodePort)))} is open to all`,
      evidence: open.map((port) => `port ${port.port}: nodePort ${port.nodePort} on every node`),
      field: 'spec.loadBalancerSourceRanges',
      remedy: `if the load balancer reaches pods directly, remove the nodePort values and: ${patchService(service, {spec: {allocateLoadBalancerNodePorts: false}})}`,
    };
  },
};

export const rangesOfOtherFamily: Rule = {
  code: 'KIA0409',
  name: 'SourceRangesOfOtherFamily',
  severity: 'error',
  certainty: 'proven',
  summary: 'loadBalancerSourceRanges has no range of a family that the load balancer has an address of.',
  why: 'Ranges of one address family admit nobody of the other: kube-proxy drops all that comes to the address.',
  remedy: 'Add a range of that family.',
  needs: [],
  live: true,
  *check(_, service) {
    const ranges = limiting(service.loadBalancerSourceRanges);
    if (ranges.length === 0) return;
    const shut = service.ingress.filter(({ip}) => ip !== null && !ranges.some((range) => range.includes(':') === ip.includes(':')));
    const [first] = shut;
    if (first?.ip == null) return;
    const family = first.ip.includes(':') ? 'IPv6' : 'IPv4';
    yield {
      message: `nobody is admitted to ${first.ip}: loadBalancerSourceRanges has no ${family} range`,
      evidence: [`spec.loadBalancerSourceRanges: ${names(ranges)}`],
      field: 'spec.loadBalancerSourceRanges',
      remedy: `with your own range in place of the last: ${patchService(service, {spec: {loadBalancerSourceRanges: [...ranges, family === 'IPv6' ? '2001:db8::/32' : '203.0.113.0/24']}})}`,
    };
  },
};

export const rangesWithoutEffect: Rule = {
  code: 'KIA0410',
  name: 'SourceRangesAdmitAll',
  severity: 'warning',
  certainty: 'proven',
  summary: 'One of the loadBalancerSourceRanges admits everybody, so that the others limit nothing.',
  why: 'A range of length 0 turns the list off.',
  remedy: 'Remove that range, or the whole list.',
  needs: [],
  live: false,
  *check(_, service) {
    const ranges = service.loadBalancerSourceRanges.map((range) => range.trim());
    const all = ranges.filter((range) => parseCidr(range)?.bits === 0);
    if (all.length === 0 || all.length === ranges.length) return;
    const rest = ranges.filter((range) => !all.includes(range));
    yield {
      message: `${names(all)} admits everybody: ${names(rest)} limits nothing`,
      evidence: [`spec.loadBalancerSourceRanges: ${names(ranges)}`],
      field: 'spec.loadBalancerSourceRanges',
      remedy: patchService(service, {spec: {loadBalancerSourceRanges: rest}}),
    };
  },
};

/** The ranges in force: none where one of them admits everybody. */
function limiting(ranges: readonly string[]): readonly string[] {
  const trimmed = ranges.map((range) => range.trim());
  return trimmed.some((range) => parseCidr(range)?.bits === 0) ? [] : trimmed;
}
