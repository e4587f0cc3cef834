import {describe, expect, it} from 'vitest';
import type {KubernetesObject, Service} from '../../src/model/index.ts';
import {viewOf} from '../../src/view/index.ts';

function serviceOf(spec: Record<string, unknown>): Service {
  return viewOf([{kind: 'Service', metadata: {name: 's', namespace: 'x'}, spec}]).services.get('x/s') as Service;
}

function endpointOf(endpoint: Record<string, unknown>) {
  const slice: KubernetesObject = {kind: 'EndpointSlice', metadata: {name: 's-1', namespace: 'x'}, endpoints: [endpoint]};
  return viewOf([slice]).slices.get('x/s-1')?.endpoints[0];
}

describe('a Service is filled in as the API does it', () => {
  it('targets its own port where none is named, also where Go wrote a zero', () => {
    expect(serviceOf({ports: [{port: 80}, {port: 81, targetPort: 0}]}).ports.map((port) => port.targetPort)).toEqual([80, 81]);
  });

  it('has an externalTrafficPolicy only where it has an external path', () => {
    expect(serviceOf({}).externalTrafficPolicy).toBeNull();
    expect(serviceOf({externalTrafficPolicy: 'Local'}).externalTrafficPolicy).toBeNull();
    expect(serviceOf({type: 'NodePort'}).externalTrafficPolicy).toBe('Cluster');
    expect(serviceOf({externalIPs: ['192.0.2.1']}).externalTrafficPolicy).toBe('Cluster');
    expect(serviceOf({type: 'LoadBalancer', externalTrafficPolicy: 'Local'}).externalTrafficPolicy).toBe('Local');
  });

  it('keeps clients for three hours where sessionAffinity gives no time', () => {
    expect(serviceOf({sessionAffinity: 'ClientIP'}).affinitySeconds).toBe(10_800);
    expect(serviceOf({sessionAffinity: 'ClientIP', sessionAffinityConfig: {clientIP: {timeoutSeconds: 5}}}).affinitySeconds).toBe(5);
    expect(serviceOf({sessionAffinity: 'None', sessionAffinityConfig: {clientIP: {timeoutSeconds: 5}}}).affinitySeconds).toBeNull();
  });

  it('is of both families when headless, without selector and without a policy, and else of IPv4', () => {
    expect(serviceOf({clusterIP: 'None'}).ipFamilies).toEqual(['IPv4', 'IPv6']);
    expect(serviceOf({clusterIP: 'None', selector: {app: 'a'}}).ipFamilies).toEqual(['IPv4']);
    expect(serviceOf({clusterIP: 'fd00::1'}).ipFamilies).toEqual(['IPv6']);
  });

  it('has no cluster IP when headless or ExternalName', () => {
    expect(serviceOf({clusterIP: 'None'})).toMatchObject({headless: true, clusterIPs: []});
    expect(serviceOf({type: 'ExternalName', externalName: 'a.example'})).toMatchObject({headless: false, clusterIPs: [], ipFamilies: []});
  });
});

describe('an endpoint is read as kube-proxy reads it', () => {
  it('is ready, serving and not terminating where the slice does not say', () => {
    expect(endpointOf({addresses: ['10.0.0.1']})).toMatchObject({ready: true, serving: true, terminating: false});
    expect(endpointOf({addresses: ['10.0.0.1'], conditions: {ready: false, terminating: true}})).toMatchObject({serving: true});
  });

  it('has its first address, in canonical spelling', () => {
    expect(endpointOf({addresses: ['FD00:0::1', 'fd00::2']})?.address).toBe('fd00::1');
    expect(endpointOf({addresses: []})).toBeUndefined();
  });

  it('is on the node that nodeName says, not on that of an old label', () => {
    expect(endpointOf({addresses: ['10.0.0.1'], deprecatedTopology: {'kubernetes.io/hostname': 'n'}})?.nodeName).toBeNull();
  });
});

describe('a Node is cut', () => {
  it('with its zone, addresses, pod ranges and CPU', () => {
    const [node] = viewOf([
      {
        kind: 'Node',
        metadata: {name: 'n', labels: {'topology.kubernetes.io/zone': 'z'}},
        spec: {podCIDR: '10.244.1.0/24'},
        status: {
          addresses: [
            {type: 'InternalIP', address: '172.18.0.2'},
            {type: 'Hostname', address: 'n'},
          ],
          allocatable: {cpu: '3920m'},
          conditions: [{type: 'Ready', status: 'True'}],
        },
      },
    ]).nodes.values();
    expect(node).toMatchObject({
      zone: 'z',
      internalIPs: ['172.18.0.2'],
      podCIDRs: ['10.244.1.0/24'],
      allocatableMilliCpu: 3920,
      providerID: null,
      ready: true,
    });
  });
});
