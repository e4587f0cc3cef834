import {expect} from 'vitest';
import type {IpFamily, KubernetesObject} from '../../../src/model/index.ts';

/** Holds that a part of an answer has what a row expects; what a row leaves out, the API may fill in. `$alloc:` is any free value. */
export function expectFields(actual: unknown, expected: unknown, ranges: Readonly<Record<IpFamily, string>>): void {
  expect(actual).toMatchObject(masked(expected, actual, ranges) as object);
}

function masked(expected: unknown, actual: unknown, ranges: Readonly<Record<IpFamily, string>>): unknown {
  if (typeof expected === 'string' && expected.startsWith('$alloc:')) return fits(actual, expected.slice(7), ranges) ? actual : expected;
  if (Array.isArray(expected)) return expected.map((item, index) => masked(item, (actual as unknown[] | undefined)?.[index], ranges));
  if (typeof expected !== 'object' || expected === null) return expected;
  const fields = Object.entries(expected).map(([name, value]) => [name, masked(value, fieldOf(actual, name), ranges)]);
  return Object.fromEntries(fields);
}

function fieldOf(object: unknown, name: string): unknown {
  return typeof object === 'object' && object !== null ? (object as Record<string, unknown>)[name] : undefined;
}

function fits(value: unknown, kind: string, ranges: Readonly<Record<IpFamily, string>>): boolean {
  // a dry run names ports above the range, as the API server does
  if (kind !== 'IPv4' && kind !== 'IPv6') return typeof value === 'number' && value >= 30_000 && value <= 32_800;
  const start = (ranges[kind].split('/')[0] ?? '').replace(/(\.0)+$|:$/, '');
  return typeof value === 'string' && value.startsWith(start);
}

/** Ranges that hold a row's own cluster IPs, so that it is judged by its rule and not by the range: the tables validate without one. */
export function withRanges(object: KubernetesObject, old: KubernetesObject | null): readonly string[] {
  const addresses = [old, object].flatMap((each) => {
    const {clusterIP = '', clusterIPs = []} = (each?.['spec'] ?? {}) as {clusterIP?: string; clusterIPs?: readonly string[]};
    return [...clusterIPs, clusterIP];
  });
  const [ipv4] = addresses.filter((address) => /^\d+\.\d+\.\d+\.\d+$/.test(address));
  const [ipv6] = addresses.filter((address) => /^[0-9a-f]*:[0-9a-f:]*$/.test(address));
  return [
    ipv4 === undefined ? '10.0.0.0/16' : `${ipv4.split('.').slice(0, 2).join('.')}.0.0/16`,
    ipv6 === undefined ? '2000::/108' : `${ipv6.slice(0, ipv6.lastIndexOf('::'))}::/108`,
  ];
}

/** What rows about one field leave out or hold at nothing, but a request needs. */
export function completed(object: KubernetesObject): KubernetesObject {
  const metadata = {name: 'completed', namespace: 'default', ...object.metadata};
  if (object.kind === 'Endpoints') {
    const subsets = object['subsets'] as readonly {readonly ports: readonly object[]}[];
    return {
      ...object,
      metadata,
      subsets: subsets.map(({ports}) => ({addresses: [{ip: '192.0.2.1'}], ports: ports.map(numbered).map(named)})),
    };
  }
  const {ports = [{port: 80}], ...spec} = object['spec'] as {readonly ports?: readonly object[]};
  return {...object, metadata, spec: {...spec, ports: ports.map(named)}};
}

function named(port: object, index: number): object {
  return {name: `port-${index}`, ...port};
}

function numbered(port: object, index: number): object {
  return {...port, port: 80 + index};
}
