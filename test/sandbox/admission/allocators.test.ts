import {describe, expect, test} from 'vitest';
import {createAllocators} from '../../../src/sandbox/api-server/admission/index.ts';

const service = (name: string, spec: object) => ({apiVersion: 'v1', kind: 'Service', metadata: {name, namespace: 'default'}, spec});

describe('cluster IPs', () => {
  test('come from above the band for static choice until that is full', () => {
    const allocators = createAllocators({serviceCidrs: ['10.0.0.0/24'], random: () => 0});
    expect(allocators.nextIP('IPv4')).toBe('10.0.0.17');
  });

  test('are given from the static band when the rest is taken', () => {
    const allocators = createAllocators({serviceCidrs: ['10.0.0.0/24'], random: () => 0.5});
    for (let last = 17; last <= 254; last++) allocators.track(null, service(`s${last}`, {clusterIP: `10.0.0.${last}`}));
    expect(allocators.nextIP('IPv4')).toMatch(/^10\.0\.0\.([1-9]|1[0-6])$/);
  });

  test('run out', () => {
    const allocators = createAllocators({serviceCidrs: ['10.0.0.0/30'], random: () => 0.9});
    allocators.track(null, service('a', {clusterIP: '10.0.0.1'}));
    allocators.track(null, service('b', {clusterIP: '10.0.0.2'}));
    expect(allocators.nextIP('IPv4')).toBeNull();
  });

  test("leave out the network's own address and IPv4's broadcast address", () => {
    const allocators = createAllocators({serviceCidrs: ['10.0.0.0/24', 'fd00::/112'], random: () => 0});
    expect(allocators.refuseIP('10.0.0.0')).toContain('not in the valid range. The range of valid IPs is 10.0.0.0/24');
    expect(allocators.refuseIP('10.0.0.255')).toContain('not in the valid range');
    expect(allocators.refuseIP('10.0.0.254')).toBeNull();
    expect(allocators.refuseIP('fd00::ffff')).toBeNull();
  });

  test('that a Service has are refused in any spelling, and free again once it is gone', () => {
    const allocators = createAllocators({random: () => 0});
    const held = service('a', {clusterIP: 'fd00:10:96::5', clusterIPs: ['fd00:10:96::5']});
    allocators.track(null, held);
    expect(allocators.refuseIP('fd00:10:96:0:0:0:0:5')).toBe('provided IP is already allocated');
    allocators.track(held, null);
    expect(allocators.refuseIP('fd00:10:96::5')).toBeNull();
  });
});

describe('node ports', () => {
  test('come from above the static band', () => {
    expect(createAllocators({random: () => 0}).nextPort(new Set())).toBe(30_086);
  });

  test('are refused outside of the range, where another Service has them, and where the request has them itself', () => {
    const allocators = createAllocators({random: () => 0});
    allocators.track(null, service('a', {ports: [{port: 80, nodePort: 30_080}], healthCheckNodePort: 30_081}));
    expect(allocators.refusePort(80, new Set())).toBe('provided port is not in the valid range. The range of valid ports is 30000-32767');
    expect(allocators.refusePort(30_080, new Set())).toBe('provided port is already allocated');
    expect(allocators.refusePort(30_081, new Set())).toBe('provided port is already allocated');
    expect(allocators.refusePort(30_082, new Set([30_082]))).toBe('provided port is already allocated');
    expect(allocators.refusePort(30_083, new Set())).toBeNull();
  });

  test('of an update that gives them up are free again', () => {
    const allocators = createAllocators({random: () => 0});
    const before = service('a', {ports: [{port: 80, nodePort: 30_080}]});
    allocators.track(null, before);
    allocators.track(before, service('a', {ports: [{port: 80}]}));
    expect(allocators.refusePort(30_080, new Set())).toBeNull();
  });
});
