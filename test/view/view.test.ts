import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {ClusterView, KubernetesObject} from '../../src/model/index.ts';
import {updateView, viewOf} from '../../src/view/index.ts';

const meta = (name: string, namespace: string, labels: Record<string, string> = {}) => ({name, namespace, labels});

const names = fc.constantFrom('a', 'b', 'c');
const namespaces = fc.constantFrom('x', 'y');
const ips = fc.constantFrom('10.0.0.1', '10.0.0.2', '010.0.0.1', 'fd00::1', 'FD00:0::1');

const services = fc.record({name: names, namespace: namespaces, clusterIP: ips, nodePort: fc.constantFrom(30_001, 30_002), vip: ips}).map(
  ({name, namespace, clusterIP, nodePort, vip}): KubernetesObject => ({
    kind: 'Service',
    metadata: meta(name, namespace),
    spec: {type: 'LoadBalancer', clusterIP, ports: [{port: 80, nodePort}]},
    status: {loadBalancer: {ingress: [{ip: vip}]}},
  }),
);
const slices = fc.record({name: names, namespace: namespaces, service: names, address: ips}).map(
  ({name, namespace, service, address}): KubernetesObject => ({
    kind: 'EndpointSlice',
    metadata: meta(name, namespace, {'kubernetes.io/service-name': service}),
    addressType: 'IPv4',
    ports: [{port: 80}],
    endpoints: [{addresses: [address]}],
  }),
);
const pods = fc
  .record({name: names, namespace: namespaces, ip: ips})
  .map(({name, namespace, ip}): KubernetesObject => ({kind: 'Pod', metadata: meta(name, namespace), status: {podIPs: [{ip}]}}));
const nodes = names.map((name): KubernetesObject => ({kind: 'Node', metadata: {name}}));
const others = fc.oneof(
  namespaces.map((name): KubernetesObject => ({kind: 'Namespace', metadata: {name}})),
  fc
    .record({name: names, cidr: fc.constantFrom('10.96.0.0/16', 'fd00:96::/112')})
    .map(({name, cidr}): KubernetesObject => ({kind: 'ServiceCIDR', metadata: {name}, spec: {cidrs: [cidr]}})),
  fc
    .record({name: names, namespace: namespaces})
    .map(({name, namespace}): KubernetesObject => ({kind: 'ConfigMap', metadata: meta(name, namespace)})),
);
const changes = fc.record({
  type: fc.constantFrom('ADDED' as const, 'MODIFIED' as const, 'DELETED' as const),
  object: fc.oneof(services, slices, pods, nodes, others),
});

describe('updateView', () => {
  it('gives what viewOf makes of the objects as they are after the changes', () => {
    fc.assert(
      fc.property(fc.array(changes, {maxLength: 40}), (history) => {
        const objects = new Map<string, KubernetesObject>();
        let view = viewOf([]);
        for (const {type, object} of history) {
          const key = `${object.kind}/${object.metadata?.namespace}/${object.metadata?.name}`;
          if (type === 'DELETED') objects.delete(key);
          else objects.set(key, object);
          view = updateView(view, {type, object});
        }
        expect(snapshot(view)).toEqual(snapshot(viewOf([...objects.values()])));
      }),
      {numRuns: 300},
    );
  });

  it('never changes the view before', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(services, slices, pods), {maxLength: 10}), changes, (objects, change) => {
        const view = viewOf(objects);
        const copy = snapshot(view);
        updateView(view, change);
        expect(snapshot(view)).toEqual(copy);
      }),
    );
  });

  it('shares the records and the lists of slices of all Services that a change does not touch', () => {
    const slice = (name: string, service: string): KubernetesObject => ({
      kind: 'EndpointSlice',
      metadata: meta(name, 'x', {'kubernetes.io/service-name': service}),
    });
    const before = viewOf([slice('a-1', 'a'), slice('b-1', 'b')]);
    const after = updateView(before, {type: 'MODIFIED', object: slice('a-1', 'a')});
    expect(after.slicesOf.get('x/b')).toBe(before.slicesOf.get('x/b'));
    expect(after.slicesOf.get('x/a')).not.toBe(before.slicesOf.get('x/a'));
    expect(after.services).toBe(before.services);
    expect(after.nodes).toBe(before.nodes);
  });
});

describe('viewOf', () => {
  it('opens lists, also typed ones whose items lack a kind', () => {
    const view = viewOf([
      {kind: 'ServiceList', items: [{metadata: meta('a', 'x')}]},
      {kind: 'List', items: [{kind: 'Pod', metadata: meta('b', 'x')}]},
    ]);
    expect([...view.services.keys()]).toEqual(['x/a']);
    expect([...view.pods.keys()]).toEqual(['x/b']);
    expect([...view.namespaces]).toEqual(['x']);
  });

  it('lets the later of two objects with one name stand', () => {
    const pod = (ip: string): KubernetesObject => ({kind: 'Pod', metadata: meta('a', 'x'), status: {podIP: ip}});
    expect([...viewOf([pod('10.0.0.1'), pod('10.0.0.2')]).podsByIP.keys()]).toEqual(['10.0.0.2']);
  });

  it('survives objects of any shape', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('Service', 'EndpointSlice', 'Pod', 'Node', 'ServiceCIDR', 'List'),
        fc.object({maxDepth: 4}),
        (kind, body) => {
          expect(() => viewOf([{...body, kind, metadata: {name: 'a'}} as KubernetesObject])).not.toThrow();
        },
      ),
    );
  });
});

/** A deep copy in plain maps and sets. */
function snapshot(view: ClusterView): Record<string, unknown> {
  const plain = Object.entries(view).map(([field, value]) => [field, isMap(value) ? new Map(value) : value]);
  return structuredClone(Object.fromEntries(plain));
}

function isMap(value: unknown): value is ReadonlyMap<unknown, unknown> {
  return typeof value === 'object' && value !== null && 'forEach' in value && 'get' in value;
}
