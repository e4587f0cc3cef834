import type {KubernetesObject} from '../../model/index.ts';
import {service} from './service.ts';
import {type Setup, setupOf} from './setup.ts';

const PORT = {name: 'http', port: 80} as const;

/** Services that no pod of the suite stands behind, and a pod with a resolver of its own. */
export function otherSetups(): readonly Setup[] {
  return [
    setupOf('external-service', 'a Service without selector, whose endpoints are written by hand', [
      service('external-service', null, [PORT]),
      manualSlice('external-service'),
    ]),
    setupOf('external-service-headless', 'the same without a cluster IP: DNS gives the addresses written by hand', [
      service('external-service-headless', null, [PORT], {clusterIP: 'None'}),
      manualSlice('external-service-headless'),
    ]),
    setupOf('time-api', 'an ExternalName Service: a name inside the cluster for one outside', [
      service('time-api', null, [], {type: 'ExternalName', externalName: 'worldtimeapi.org'}),
    ]),
    setupOf('dns-config', 'a pod that adds name servers, search domains and options to what the cluster gives it', [dnsConfigPod()]),
  ];
}

/** Addresses of the documentation ranges (RFC 5737): nobody answers there until somebody puts other ones in. */
function manualSlice(name: string): KubernetesObject {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {name: `${name}-1`, labels: {'kubernetes.io/service-name': name, 'endpointslice.kubernetes.io/managed-by': 'kiada'}},
    addressType: 'IPv4',
    endpoints: [
      {addresses: ['192.0.2.10'], conditions: {ready: true}},
      {addresses: ['198.51.100.20'], conditions: {ready: true}},
    ],
    ports: [{name: 'http', port: 8080, protocol: 'TCP'}],
  };
}

function dnsConfigPod(): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {name: 'dns-config'},
    spec: {
      dnsConfig: {
        nameservers: ['192.0.2.53'],
        searches: ['kiada.example', 'shop.example'],
        options: [{name: 'ndots', value: '2'}, {name: 'edns0'}],
      },
      containers: [{name: 'shell', image: 'busybox', command: ['sleep', 'infinity']}],
    },
  };
}
